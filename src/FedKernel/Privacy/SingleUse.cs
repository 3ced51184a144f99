// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy;

/// <summary>Bounded values become a release once: the same noise on them twice, or on later values, can be taken off again.</summary>
internal sealed class SingleUse
{
    private int _isTaken;

    /// <exception cref="InvalidOperationException">The second time.</exception>
    public void Take()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) != 0)
        {
            throw new InvalidOperationException("Noise was added to these values already: they are bounded no longer. Clip again.");
        }
    }
}
