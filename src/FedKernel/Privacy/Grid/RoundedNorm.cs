// SPDX-License-Identifier: Apache-2.0
// The norm after conditional stochastic rounding · P. Kairouz, Z. Liu, T. Steinke, ICML 2021 (arXiv 2102.06387), theorem 1, equation 3:
//   B(c) = min{ c + √d, √(c² + d/4 + √(2 ln(1/β))·(c + √d/2)) }
// All in steps of the grid; β in [0, 1): rounding keeps the norm at most B with a probability of at least 1 − β; 0 rules the second out.
namespace FedKernel.Privacy.Grid;

/// <summary>How much stochastic rounding may lengthen a vector.</summary>
internal static class RoundedNorm
{
    /// <summary>B(c).</summary>
    public static double Of(double norm, double failure, double dimension)
    {
        double root = Math.Sqrt(dimension), deterministic = norm + root;
        if (failure == 0)
        {
            return deterministic;
        }

        double spread = Spread(failure);
        return Math.Min(deterministic, Math.Sqrt((norm * norm) + (0.25 * dimension) + (spread * (norm + (0.5 * root)))));
    }

    /// <summary>The largest c with B(c) ≤ bound; negative if there is none.</summary>
    public static double Inverse(double bound, double failure, double dimension)
    {
        double root = Math.Sqrt(dimension), deterministic = bound - root;
        if (failure == 0)
        {
            return deterministic;
        }

        double spread = Spread(failure), half = 0.5 * spread;
        double square = (half * half) + (bound * bound) - (0.25 * dimension) - (half * root);
        return Math.Max(deterministic, square < 0 ? -1 : Math.Sqrt(square) - half);
    }

    private static double Spread(double failure) => Math.Sqrt(-2 * Math.Log(failure));
}
