// SPDX-License-Identifier: Apache-2.0
// The grid of the exact weighted mean.
// A term x·w becomes the integer round(x·w·2^F). With |x| ≤ M, 0 < w ≤ W and n clients, F is the largest number for which
// every term stays below 2⁵¹ (so that it is rounded in float64) and n of them below 2⁶² (so that their sum fits int64).
// The mean is then off by at most n·2^−(F+1) / Σw before its one rounding to float32.
namespace FedKernel.Aggregation;

/// <summary>The range that a plan declares for an exact sum, and the grid that follows from it.</summary>
public sealed record FixedPointRange
{
    /// <summary>Declares a range.</summary>
    /// <param name="maximumMagnitude">M: the largest |x| of any update, 2⁻⁶⁰ to 2⁶⁰.</param>
    /// <param name="maximumWeight">W: the largest weight of a client, 2⁻³⁰ to 2³².</param>
    /// <param name="maximumClientCount">n: the largest number of clients, 1 to 2²⁴.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside.</exception>
    public FixedPointRange(double maximumMagnitude, double maximumWeight, int maximumClientCount)
    {
        Throw.IfNotInRange(maximumMagnitude, Math.ScaleB(1, -60), Math.ScaleB(1, 60));
        Throw.IfNotInRange(maximumWeight, SmallestWeight, Math.ScaleB(1, 32));
        Throw.IfNotInRange(maximumClientCount, 1, 1 << 24);
        (MaximumMagnitude, MaximumWeight, MaximumClientCount) = (maximumMagnitude, maximumWeight, maximumClientCount);
        int sumBits = 62 - (int)Math.Ceiling(Math.Log2(maximumClientCount));
        // Rounding a weight to 29 bits may raise it by 2⁻²⁹.
        double largestTerm = maximumMagnitude * maximumWeight * (1 + Math.ScaleB(1, -28));
        FractionBits = Math.Min(51, sumBits) - (Math.ILogB(largestTerm) + 1);
    }

    /// <summary>The smallest weight that can be told from none: 2⁻³⁰.</summary>
    public static double SmallestWeight => 1.0 / (1 << 30);

    /// <summary>M: updates with a larger |x| are refused.</summary>
    public double MaximumMagnitude { get; }

    /// <summary>W: larger weights are refused.</summary>
    public double MaximumWeight { get; }

    /// <summary>n: more clients are refused.</summary>
    public int MaximumClientCount { get; }

    /// <summary>F: bits after the point of x·w.</summary>
    public int FractionBits { get; }

    /// <summary>
    /// The smallest |mean| whose float32 result is certain to lie within 1 ulp of the true mean: n·2^(24−F) / Σw. Below it the
    /// error stays under n·2^−(F+1) / Σw, far below what float32 sums reach.
    /// </summary>
    public double SmallestUlpExactMean(int clientCount, double totalWeight) =>
        clientCount * Math.ScaleB(1, 24 - FractionBits) / totalWeight;

    /// <summary>The weight that enters the mean: w rounded to 29 significant bits, so that x·w is exact in float64.</summary>
    /// <remarks>Counts up to 536 870 912 are kept as they are.</remarks>
    public static double RoundWeight(double weight)
    {
        double unit = Math.ScaleB(1, Math.ILogB(weight) - 28);
        return Math.Round(weight / unit, MidpointRounding.ToEven) * unit;
    }
}
