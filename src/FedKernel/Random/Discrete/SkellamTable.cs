// SPDX-License-Identifier: Apache-2.0
// The Skellam law · J. Skellam 1946; as noise: N. Agarwal, P. Kairouz, Z. Liu, "The Skellam mechanism for differentially private federated
// learning", NeurIPS 2021 (arXiv 2110.04995), section 2. P(k) = e^−μ·I_k(μ), the difference of two Poisson(μ/2); its variance is μ.
// The law is closed under sums: where μ/2 is above 2²⁸, m = 2^j terms of μ/m are added.
namespace FedKernel.Random.Discrete;

/// <summary>Samples of the Skellam law of variance μ, up to <see cref="FailureMass"/>, on the host. Immutable.</summary>
/// <remarks>Not constant-time: a search in a table takes another path, and other memory, for every sample.</remarks>
public sealed class SkellamTable
{
    /// <summary>The smallest μ: 2⁻²⁰.</summary>
    public const double LeastVariance = 1.0 / (1 << 20);

    /// <summary>The greatest μ: 2³⁴, which is a σ of 131,072 steps; a sample then takes 64 draws.</summary>
    public const double GreatestVariance = 1L << 34;

    private readonly PoissonTable _poisson;
    private readonly int _terms = 1;

    /// <summary>Computes the table; up to half a second where μ is large.</summary>
    /// <param name="variance">μ in [<see cref="LeastVariance"/>, <see cref="GreatestVariance"/>], taken exactly as the double that it is.</param>
    public SkellamTable(double variance)
    {
        Throw.IfNotInRange(variance, LeastVariance, GreatestVariance);
        Variance = variance;
        double mean = variance / 2;
        for (; mean > PoissonTable.GreatestMean; mean /= 2)
        {
            _terms *= 2;
        }

        _poisson = new PoissonTable(mean);
    }

    /// <summary>μ.</summary>
    public double Variance { get; }

    /// <summary>Total variation distance between a vector of samples and as many independent exact ones, at most.</summary>
    /// <param name="samples">How many, at least 0.</param>
    public double FailureMass(long samples)
    {
        Throw.IfNotInRange(samples, 0, long.MaxValue);
        return samples * (2.0 * _terms * _poisson.FailureMass);
    }

    /// <summary>Adds a sample to each value modulo 2³².</summary>
    /// <param name="values">In place.</param>
    /// <param name="random">Where the bytes come from.</param>
    internal void AddTo(Span<int> values, RandomBytes random)
    {
        for (int i = 0; i < values.Length; i++)
        {
            long sample = 0;
            for (int term = 0; term < _terms; term++)
            {
                sample += _poisson.Draw(random) - _poisson.Draw(random);
            }

            values[i] = unchecked(values[i] + (int)sample);
        }
    }
}
