// SPDX-License-Identifier: Apache-2.0
// The efficient tree · J. Honaker, "Efficient use of differentially private binary trees", TPDP 2015, estimation from below.
//   A node of level h is known twice: by its own noise, variance 1, and as the sum of its children's estimates, 2·v_(h−1).
//   v₀ = 1;  v_h = 1 / (1 + 1/(2·v_(h−1))) = 1 / (2 − 2^(−h));  weights v_h and v_h / (2·v_(h−1)).
namespace FedKernel.Privacy.Correlated;

/// <summary>The binary tree, each prefix sum estimated from all nodes below it: up to half the variance, log₂ n vectors in memory.</summary>
public sealed class HonakerStrategy : CorrelatedStrategy
{
    /// <summary>A tree over n rounds.</summary>
    /// <param name="rounds">n, 1 to <see cref="CorrelatedStrategy.MaximumRounds"/>.</param>
    /// <param name="participation">How often one takes part.</param>
    /// <exception cref="ArgumentOutOfRangeException">The worst pattern of so many participations is too costly to search.</exception>
    public HonakerStrategy(int rounds, Participation participation)
        : base(rounds, participation) => SquaredSensitivity = TreeSensitivity.Squared(rounds, participation);

    /// <inheritdoc/>
    public override double SquaredSensitivity { get; }

    /// <summary>Levels of the tree that n rounds complete.</summary>
    internal int Levels => int.Log2(Rounds) + 1;

    /// <inheritdoc/>
    public override double[] PrefixVariances() =>
        [.. Enumerable.Range(1, Rounds).Select(t => Enumerable.Range(0, Levels).Where(l => (t >> l & 1) == 1).Sum(Variance))];

    /// <summary>v_h.</summary>
    internal static double Variance(int level) => 1 / (2 - Math.Pow(0.5, level));

    /// <summary>The weight of a node's own noise, and of the sum of its children's estimates.</summary>
    internal static (double Own, double Children) Weights(int level) =>
        level == 0 ? (1, 0) : (Variance(level), Variance(level) / (2 * Variance(level - 1)));
}
