// SPDX-License-Identifier: Apache-2.0
// The geometric mechanism · A. Ghosh, T. Roughgarden, M. Sundararajan, "Universally utility-maximizing privacy mechanisms", STOC 2009;
// drawn exactly (ExactDiscreteLaplace). Parameters: b, the scale of the noise; Δ, the L1 sensitivity, an integer: ε = Δ/b.
// Continuous Laplace noise in float leaks through its bits (Mironov, CCS 2012): it does not exist here.
using System.Numerics;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;
using FedKernel.Random.Discrete;

namespace FedKernel.Privacy.Discrete;

/// <summary>Adds discrete Laplace noise to counts, histograms and other integers.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> (Δ/b)-differential privacy of the integers released, without any δ.</para>
/// <para><b>What it is charged as.</b> A release of which no more is known than its ε, not a <see cref="LaplaceEvent"/>: with Δ = 1 the
/// discrete law <i>is</i> randomized response, which composes worse than continuous Laplace noise of the same ε.</para>
/// <para><b>Assumptions.</b> The key is secret and each (key, round, tensor) is used for one release only. A record changes the values
/// by at most Δ together: the caller's promise, as for any query.</para>
/// <para><b>Not promised.</b> Constant time. Results that leave int64 are cut off at its ends, which looks at nothing but the release.</para>
/// </remarks>
public sealed class LaplaceMechanism
{
    /// <summary>A mechanism of scale b.</summary>
    /// <param name="scale">b, in the range of <see cref="ExactDiscreteLaplace"/>.</param>
    /// <param name="sensitivity">Δ: by how much a record may change all values together, 1 to 2⁴⁰.</param>
    /// <param name="relation">Which data sets are neighbours. A count changes by 1 for either; a histogram by 2 for replace-one.</param>
    public LaplaceMechanism(double scale, long sensitivity, NeighbouringRelation relation)
    {
        Throw.IfNotInRange(scale, 1.0 / (1 << 10), 1L << 40);
        Throw.IfNotInRange(sensitivity, 1, 1L << 40);
        (Scale, Sensitivity) = (scale, sensitivity);

        // Rounded up, as every ε is.
        Event = new ApproximateEvent(Math.BitIncrement(sensitivity / scale), 0, relation);
    }

    /// <summary>b.</summary>
    public double Scale { get; }

    /// <summary>Δ.</summary>
    public long Sensitivity { get; }

    /// <summary>What a release costs, to be charged before it is made.</summary>
    public ApproximateEvent Event { get; }

    /// <summary>The mechanism that costs ε: b = Δ/ε.</summary>
    /// <param name="epsilon">ε, positive.</param>
    /// <param name="sensitivity">Δ, 1 to 2⁴⁰.</param>
    /// <param name="relation">Which data sets are neighbours.</param>
    public static LaplaceMechanism Of(double epsilon, long sensitivity, NeighbouringRelation relation)
    {
        Throw.IfNotInRange(epsilon, 1e-12, 1 << 10);
        return new LaplaceMechanism(Math.BitIncrement(sensitivity / epsilon), sensitivity, relation);
    }

    /// <summary>One noisy integer.</summary>
    /// <param name="value">The exact one.</param>
    /// <param name="key">Secret key of whoever adds the noise.</param>
    /// <param name="round">The round, never used twice under the key.</param>
    /// <param name="tensor">Which release of the round.</param>
    public long Release(long value, SecretKey256 key, uint round, uint tensor = 0)
    {
        Span<long> one = [value];
        AddNoise(one, key, round, tensor);
        return one[0];
    }

    /// <summary>Adds noise to several integers, in place.</summary>
    /// <param name="values">A record changes them by at most Δ together.</param>
    /// <param name="key">Secret key of whoever adds the noise.</param>
    /// <param name="round">The round, never used twice under the key.</param>
    /// <param name="tensor">Which release of the round.</param>
    public void AddNoise(Span<long> values, SecretKey256 key, uint round, uint tensor = 0)
    {
        ArgumentNullException.ThrowIfNull(key);
        var sampler = new ExactDiscreteLaplace(Scale, key.CreateStream(new StreamId(round, StreamPurpose.LaplaceNoise, tensor)));
        foreach (ref long value in values)
        {
            value = (long)BigInteger.Clamp(value + sampler.Next(), long.MinValue, long.MaxValue);
        }
    }
}
