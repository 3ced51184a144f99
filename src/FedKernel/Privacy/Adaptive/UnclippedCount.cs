// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;

namespace FedKernel.Privacy.Adaptive;

/// <summary>Sums the centred bits of a cohort and releases the noised sum: the part of the server, or the enclave, that may see bits.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> With noise σ_b the release is a Gaussian mechanism whose multiplier <see cref="AdaptiveNoise.CountMultiplier"/>
/// tells, for real numbers. Part of the event of <see cref="AdaptiveNoise"/>: do not charge it twice.</para>
/// </remarks>
public sealed class UnclippedCount
{
    /// <summary>The tensor of the stream that the count's noise comes from: none that updates use.</summary>
    internal const uint NoiseTensor = uint.MaxValue;

    private long _halfUnits;
    private bool _released;

    /// <summary>Takes a client's bit in.</summary>
    /// <param name="halfUnits">−1, 0 or 1: what else a client sends would break the sensitivity.</param>
    public void Add(int halfUnits)
    {
        Throw.IfNotInRange(halfUnits, -1, 1);
        _halfUnits += halfUnits;
    }

    /// <summary>Σ (b_i − ½) with noise, once.</summary>
    /// <param name="noise">Gives σ_b.</param>
    /// <param name="key">Secret key of whoever adds the noise.</param>
    /// <param name="round">The round, never used twice under the key.</param>
    /// <exception cref="InvalidOperationException">It was released already: a second draw would halve the noise.</exception>
    public double Release(AdaptiveNoise noise, SecretKey256 key, uint round)
    {
        ArgumentNullException.ThrowIfNull(noise);
        ArgumentNullException.ThrowIfNull(key);
        if (_released)
        {
            throw new InvalidOperationException("The count was released already; a second draw of noise would average the first away.");
        }

        _released = true;
        double normal = SecretNormal.Draw(key, new StreamId(round, StreamPurpose.ScalarNoise, NoiseTensor));
        return (0.5 * _halfUnits) + (noise.CountDeviation * normal);
    }

    /// <summary>Σ (b_i − ½) as it is, for simulations and for tests.</summary>
    internal double WithoutNoise => 0.5 * _halfUnits;
}
