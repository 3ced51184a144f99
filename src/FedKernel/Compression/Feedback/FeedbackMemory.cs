// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Sparsifiers;
using FedKernel.Devices;

namespace FedKernel.Compression.Feedback;

/// <summary>The contract of what a client keeps between rounds of what it did not send. Owns its buffers; not thread-safe.</summary>
/// <remarks>
/// A round is <see cref="Correct"/>, an encoding that may fail, and then one of the ways to commit. Until then <see cref="Vectors"/>
/// are those of the round before, bit for bit. NaN and infinities are not looked for here: encoders refuse them, sums that overflow too.
/// </remarks>
internal abstract class FeedbackMemory : IDisposable
{
    private bool _isOpen;

    /// <summary>What is saved with the client's state, in a fixed order: vectors of d values. Written only to restore.</summary>
    public abstract IReadOnlyList<DeviceBuffer<float>> Vectors { get; }

    /// <summary>What is to be encoded in place of the update.</summary>
    /// <param name="update">d values, left as they are.</param>
    public CorrectedUpdate Correct(DeviceBuffer<float> update)
    {
        ArgumentNullException.ThrowIfNull(update);
        Throw.IfLengthsDiffer(Vectors[0].Length, update.Length, "the memory", nameof(update));
        _isOpen = true;
        return new CorrectedUpdate(CorrectCore(update));
    }

    /// <summary>Some elements travelled: memory[i] = p[i] − factor · decoded[i] there, p[i] elsewhere.</summary>
    /// <param name="sent">Its indices; its values are not read, they may be scaled.</param>
    /// <param name="decoded">What a receiver reads at these indices.</param>
    /// <param name="factor">What a receiver that clips multiplies it by, in (0, 1].</param>
    public void Keep(SparseVector sent, DeviceBuffer<float> decoded, float factor = 1)
    {
        ArgumentNullException.ThrowIfNull(sent);
        ArgumentNullException.ThrowIfNull(decoded);
        Close();
        KeepCore(sent, decoded, factor);
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    private protected abstract DeviceBuffer<float> CorrectCore(DeviceBuffer<float> update);

    private protected abstract void KeepCore(SparseVector sent, DeviceBuffer<float> decoded, float factor);

    private protected void Close()
    {
        if (!_isOpen)
        {
            throw new InvalidOperationException("Nothing was corrected since the last commit.");
        }

        _isOpen = false;
    }
}
