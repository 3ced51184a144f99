// SPDX-License-Identifier: Apache-2.0
// Tree aggregation · C. Dwork et al., "Differential privacy under continual observation", STOC 2010; for training: P. Kairouz et al.,
// "Practical and private (deep) learning without sampling or shuffling" (DP-FTRL), ICML 2021.
//   The sum of the first t rounds is the sum of the complete subtrees that t in binary names; each node has its own noise.
using System.Numerics;

namespace FedKernel.Privacy.Correlated;

/// <summary>A binary tree of noises over the rounds: a prefix sum carries at most ⌈log₂(n + 1)⌉ of them.</summary>
/// <remarks>Simple and old; the banded factorizations have less noise. Nodes are drawn again from their number, not stored.</remarks>
public sealed class TreeStrategy : CorrelatedStrategy, IRegeneratedNoise
{
    /// <summary>A tree over n rounds.</summary>
    /// <param name="rounds">n, 1 to <see cref="CorrelatedStrategy.MaximumRounds"/>.</param>
    /// <param name="participation">How often one takes part.</param>
    /// <exception cref="ArgumentOutOfRangeException">The worst pattern of so many participations is too costly to search.</exception>
    public TreeStrategy(int rounds, Participation participation)
        : base(rounds, participation) => SquaredSensitivity = TreeSensitivity.Squared(rounds, participation);

    /// <inheritdoc/>
    public override double SquaredSensitivity { get; }

    /// <inheritdoc/>
    public IReadOnlyList<NoiseTerm> Terms(int round)
    {
        Throw.IfNotInRange(round, 0, Rounds - 1);
        // The node that round t completes comes in; the smaller ones before it, which it covers, go out.
        int size = round + 1, level = BitOperations.TrailingZeroCount(size);
        return
        [
            new NoiseTerm(TreeNode.Number(level, size), 1),
            .. Enumerable.Range(0, level).Reverse().Select(l => new NoiseTerm(TreeNode.Number(l, size - (1 << l)), -1)),
        ];
    }

    /// <inheritdoc/>
    public override double[] PrefixVariances() =>
        [.. Enumerable.Range(1, Rounds).Select(t => (double)BitOperations.PopCount((uint)t))];
}
