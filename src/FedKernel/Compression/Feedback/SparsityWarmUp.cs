// SPDX-License-Identifier: Apache-2.0
// Warm-up of the sparsity · Y. Lin et al., "Deep gradient compression", ICLR 2018, section 3.3: 25 %, 6.25 %, 1.5625 %, 0.4 %, 0.1 %.
namespace FedKernel.Compression.Feedback;

/// <summary>The share of elements that travels grows sparser exponentially over the first rounds: early updates change fast.</summary>
public static class SparsityWarmUp
{
    /// <summary>max(final, 4^−(round + 1)) while the warm-up lasts; final behind it.</summary>
    /// <param name="round">Counted from 0.</param>
    /// <param name="warmUpRounds">Rounds of the warm-up, at least 0; the paper has 4.</param>
    /// <param name="finalFraction">The share behind it, in (0, 1].</param>
    /// <returns>A fraction for a sparsifier, in (0, 1].</returns>
    public static double Fraction(int round, int warmUpRounds, double finalFraction)
    {
        Throw.IfNotInRange(round, 0, int.MaxValue);
        Throw.IfNotInRange(warmUpRounds, 0, int.MaxValue);
        Throw.IfNotInRange(finalFraction, double.Epsilon, 1);
        return round < warmUpRounds ? Math.Max(finalFraction, Math.ScaleB(1, -2 * Math.Min(round + 1, 500))) : finalFraction;
    }
}
