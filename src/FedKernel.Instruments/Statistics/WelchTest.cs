// SPDX-License-Identifier: Apache-2.0
// Leakage detection · O. Reparaz, J. Balasch, I. Verbauwhede, "Dude, is my code constant time?", DATE 2017, section 2: B. Welch's t between
// the times of two classes of input, of all measurements and of those below a percentile (the tail is the operating system), and of the
// squared distances from the mean. |t| above 4.5 would be a finding if there were one test; above 10 it is one.
namespace FedKernel.Instruments.Statistics;

/// <summary>Whether two classes of measurements differ.</summary>
internal static class WelchTest
{
    /// <summary>The |t| from which on the classes differ.</summary>
    public const double Finding = 10;

    private static readonly double[] _percentiles = [1, 0.99, 0.95, 0.9, 0.75, 0.5];

    /// <summary>The largest |t| of all crops and of the second moment; +∞ if both classes are constant and differ, 0 if they are equal.</summary>
    /// <param name="times">What was measured.</param>
    /// <param name="second">Whether each belongs to the second class.</param>
    public static double LargestT(ReadOnlySpan<double> times, ReadOnlySpan<bool> second)
    {
        double[] sorted = times.ToArray();
        Array.Sort(sorted);
        double largest = 0;
        foreach (double percentile in _percentiles)
        {
            double limit = sorted[(int)Math.Ceiling(percentile * (sorted.Length - 1))];
            largest = Math.Max(largest, Math.Abs(T(times, second, limit, v => v)));
        }

        double mean = sorted.Average(), all = sorted[^1];
        return Math.Max(largest, Math.Abs(T(times, second, all, v => (v - mean) * (v - mean))));
    }

    private static double T(ReadOnlySpan<double> times, ReadOnlySpan<bool> second, double limit, Func<double, double> of)
    {
        var n = new double[2];
        var mean = new double[2];
        var squares = new double[2];
        for (int i = 0; i < times.Length; i++)
        {
            if (times[i] <= limit)
            {
                int c = second[i] ? 1 : 0;
                double value = of(times[i]), before = value - mean[c];
                mean[c] += before / ++n[c];
                squares[c] += before * (value - mean[c]);
            }
        }

        if (n[0] < 2 || n[1] < 2)
        {
            return 0;
        }

        double error = Math.Sqrt((squares[0] / (n[0] - 1) / n[0]) + (squares[1] / (n[1] - 1) / n[1]));
        return mean[0] == mean[1] ? 0 : (mean[0] - mean[1]) / error;
    }
}
