// SPDX-License-Identifier: Apache-2.0
// Banded inverse factorization · N. Kalinin et al., "Back to square roots: an optimal bound on the matrix factorization error for
// multi-epoch differentially private SGD" (BISR), 2025; two bands with −λ: λ-CGD, arXiv 2601.22334.
//   z̃_t = Σ_{k<b} c'_k · z_(t−k), over raw noises: nothing is stored, each z_(t−k) is drawn again from its counter.
namespace FedKernel.Privacy.Correlated;

/// <summary>C⁻¹ is banded Toeplitz: the noise of a round is a short sum of raw noises.</summary>
public sealed class InverseBandedStrategy : CorrelatedStrategy, IRegeneratedNoise
{
    private readonly double[] _inverse;

    private InverseBandedStrategy(double[] inverse, int rounds, Participation participation)
        : base(rounds, participation)
    {
        _inverse = inverse;
        double[] series = ToeplitzSeries.Invert(inverse, rounds);
        if (!ToeplitzSeries.Decreases(series))
        {
            throw new ArgumentException(
                "The coefficients of C must not be negative or increase; for others no sensitivity is proven here.", nameof(inverse));
        }

        SquaredSensitivity = ToeplitzSeries.SquaredSensitivity(series, rounds, participation);
    }

    /// <summary>The b coefficients of C⁻¹.</summary>
    public IReadOnlyList<double> InverseCoefficients => _inverse;

    /// <inheritdoc/>
    public override double SquaredSensitivity { get; }

    /// <summary>The first b coefficients of the inverse square root: 1, −1/2, −1/8, …</summary>
    /// <param name="bands">b, 1 to 1024.</param>
    /// <param name="rounds">n, 1 to <see cref="CorrelatedStrategy.MaximumRounds"/>.</param>
    /// <param name="participation">How often one takes part.</param>
    public static InverseBandedStrategy Root(int bands, int rounds, Participation participation)
    {
        Throw.IfNotInRange(bands, 1, 1024);
        return new InverseBandedStrategy(ToeplitzSeries.InverseRoot(bands), rounds, participation);
    }

    /// <summary>z̃_t = z_t − λ·z_(t−1).</summary>
    /// <param name="lambda">λ, 0 to 1.</param>
    /// <param name="rounds">n, 1 to <see cref="CorrelatedStrategy.MaximumRounds"/>.</param>
    /// <param name="participation">How often one takes part.</param>
    public static InverseBandedStrategy Lambda(double lambda, int rounds, Participation participation)
    {
        Throw.IfNotInRange(lambda, 0, 1);
        return new InverseBandedStrategy(lambda == 0 ? [1] : [1, -lambda], rounds, participation);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NoiseTerm> Terms(int round)
    {
        Throw.IfNotInRange(round, 0, Rounds - 1);
        return [.. Enumerable.Range(0, Math.Min(_inverse.Length, round + 1)).Select(k => new NoiseTerm((uint)(round - k), _inverse[k]))];
    }

    /// <inheritdoc/>
    public override double[] PrefixVariances()
    {
        var variances = new double[Rounds];
        double sum = 0, total = 0;
        for (int t = 0; t < Rounds; t++)
        {
            // Row t of A·C⁻¹ is row t − 1 shifted, with one more entry: the sum of the first t + 1 coefficients.
            sum += t < _inverse.Length ? _inverse[t] : 0;
            total += sum * sum;
            variances[t] = total;
        }

        return variances;
    }
}
