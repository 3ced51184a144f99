// SPDX-License-Identifier: Apache-2.0
// Banded matrix factorization · C. Choquette-Choo et al., "(Amplified) banded matrix factorization", NeurIPS 2023 (arXiv 2306.08153),
// algorithm 9, with the truncated square root of arXiv 2405.13763.
//   z̃_t = (z_t − Σ_{k=1}^{b−1} c_k · z̃_(t−k)) / c₀: the last b − 1 noises are kept.
namespace FedKernel.Privacy.Correlated;

/// <summary>C is banded Toeplitz: with no more bands than the separation, participations do not add up in the worst way.</summary>
public sealed class BandedStrategy : CorrelatedStrategy
{
    private readonly double[] _series;

    /// <summary>The first b coefficients of the square root of the prefix sum.</summary>
    /// <param name="bands">b, 1 to 1024; the squared sensitivity is k·‖c‖² if it is at most the separation.</param>
    /// <param name="rounds">n, 1 to <see cref="CorrelatedStrategy.MaximumRounds"/>.</param>
    /// <param name="participation">How often one takes part.</param>
    public BandedStrategy(int bands, int rounds, Participation participation)
        : base(rounds, participation)
    {
        Throw.IfNotInRange(bands, 1, 1024);
        _series = ToeplitzSeries.Root(bands);
        SquaredSensitivity = ToeplitzSeries.SquaredSensitivity(_series, rounds, participation);
    }

    /// <summary>The b coefficients of C; the first is 1.</summary>
    public IReadOnlyList<double> Coefficients => _series;

    /// <inheritdoc/>
    public override double SquaredSensitivity { get; }

    /// <inheritdoc/>
    public override double[] PrefixVariances()
    {
        double[] inverse = ToeplitzSeries.Invert(_series, Rounds);
        double sum = 0, total = 0;
        return [.. inverse.Select(c => total += (sum += c) * sum)];
    }
}
