// SPDX-License-Identifier: Apache-2.0
// Interval for a median from order statistics · W. J. Conover, "Practical nonparametric statistics", 3rd ed. 1999, section 3.2.
// The k-th smallest and the k-th largest of n values enclose the median with probability 1 − 2·P(Binomial(n, ½) ≤ k − 1): no
// assumption on the distribution, which for times is skewed and has two humps as often as one.
namespace FedKernel.Instruments.Benchmarks.Timing;

/// <summary>A median and the interval that encloses the true one.</summary>
/// <param name="Median">Of the values.</param>
/// <param name="Low">Lower end; −∞ if there are too few values.</param>
/// <param name="High">Upper end; +∞ if there are too few values.</param>
/// <param name="Coverage">Probability that the interval encloses the true median.</param>
internal readonly record struct MedianInterval(double Median, double Low, double High, double Coverage)
{
    /// <summary>Half of the interval over the median.</summary>
    public double RelativeHalfWidth => (High - Low) / (2 * Math.Abs(Median));
}

/// <summary>Medians, quantiles and their intervals.</summary>
internal static class OrderStatistics
{
    /// <summary>The median of values that are not NaN, and its interval.</summary>
    /// <param name="values">In any order.</param>
    /// <param name="alpha">Largest probability that the interval misses, 0 to 1.</param>
    public static MedianInterval Median(IEnumerable<double> values, double alpha = 0.05)
    {
        double[] sorted = [.. values.Where(v => !double.IsNaN(v)).Order()];
        if (sorted.Length == 0)
        {
            return new MedianInterval(double.NaN, double.NegativeInfinity, double.PositiveInfinity, 1);
        }

        double median = Quantile(sorted, 0.5);
        (int rank, double coverage) = Rank(sorted.Length, alpha);
        return rank == 0
            ? new MedianInterval(median, double.NegativeInfinity, double.PositiveInfinity, 1)
            : new MedianInterval(median, sorted[rank - 1], sorted[^rank], coverage);
    }

    /// <summary>The largest k for which the k-th smallest and largest enclose the median with at least 1 − alpha; 0 if none.</summary>
    public static (int Rank, double Coverage) Rank(int n, double alpha)
    {
        double term = Math.ScaleB(1, -n), tail = 0, coverage = 1;
        int rank = 0;
        for (int k = 1; k <= (n + 1) / 2; k++)
        {
            tail += term;
            if (2 * tail > alpha)
            {
                break;
            }

            (rank, coverage) = (k, 1 - (2 * tail));
            term *= (n - k + 1.0) / k;
        }

        return (rank, coverage);
    }

    /// <summary>P(Binomial(n, ½) ≥ count): how surprising so many successes are where each is as likely as not.</summary>
    public static double SignTest(int count, int n)
    {
        double tail = 0, term = Math.ScaleB(1, -n);
        for (int k = 0; k <= n; k++)
        {
            tail += k >= count ? term : 0;
            term *= (n - k) / (k + 1.0);
        }

        return Math.Min(1, tail);
    }

    /// <summary>A quantile by linear interpolation between the neighbours.</summary>
    /// <param name="sorted">At least one value, ascending.</param>
    /// <param name="q">0 to 1.</param>
    public static double Quantile(ReadOnlySpan<double> sorted, double q)
    {
        double position = q * (sorted.Length - 1);
        int below = (int)position;
        return below + 1 < sorted.Length
            ? sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below]))
            : sorted[below];
    }

    /// <summary>Y. Benjamini, Y. Hochberg 1995: which of several p-values stand at a false discovery rate.</summary>
    public static bool[] BenjaminiHochberg(ReadOnlySpan<double> pValues, double rate)
    {
        double[] sorted = pValues.ToArray();
        Array.Sort(sorted);
        double threshold = -1;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (sorted[i] <= rate * (i + 1) / sorted.Length)
            {
                threshold = sorted[i];
            }
        }

        var stands = new bool[pValues.Length];
        for (int i = 0; i < stands.Length; i++)
        {
            stands[i] = pValues[i] <= threshold;
        }

        return stands;
    }
}
