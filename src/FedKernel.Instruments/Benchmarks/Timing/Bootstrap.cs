// SPDX-License-Identifier: Apache-2.0
// Launches of a process differ by more than the rounds within one: code and pages lie elsewhere. So launches are drawn first, and
// rounds within those (A. C. Davison, D. V. Hinkley, "Bootstrap methods and their application", 1997, section 3.8).
using FedKernel.Random;

namespace FedKernel.Instruments.Benchmarks.Timing;

/// <summary>A median over launches with its interval.</summary>
internal static class Bootstrap
{
    private const int Draws = 2000;

    /// <summary>The median over launches of the medians of their rounds; of one launch, the interval of order statistics.</summary>
    /// <param name="launches">Values by launch, NaN where a round has none.</param>
    /// <param name="alpha">Probability that the interval misses.</param>
    public static MedianInterval Median(IReadOnlyList<double[]> launches, double alpha = 0.05)
    {
        double[][] valid = [.. launches.Select(l => l.Where(v => !double.IsNaN(v)).ToArray())];
        if (valid.Length == 1 || valid.Any(v => v.Length == 0))
        {
            return OrderStatistics.Median(valid.SelectMany(v => v), alpha);
        }

        // The same draws each time: a report must not change when it is written again.
        var random = new SimulationRandom(new SimulationSeed(1));
        var medians = new double[Draws];
        var outer = new double[valid.Length];
        for (int d = 0; d < Draws; d++)
        {
            for (int l = 0; l < outer.Length; l++)
            {
                double[] rounds = valid[random.NextBelow(valid.Length)];
                var inner = new double[rounds.Length];
                for (int i = 0; i < inner.Length; i++)
                {
                    inner[i] = rounds[random.NextBelow(rounds.Length)];
                }

                outer[l] = MedianOf(inner);
            }

            medians[d] = MedianOf([.. outer]);
        }

        Array.Sort(medians);
        double median = MedianOf([.. valid.Select(v => MedianOf([.. v]))]);
        return new MedianInterval(
            median, OrderStatistics.Quantile(medians, alpha / 2), OrderStatistics.Quantile(medians, 1 - (alpha / 2)), 1 - alpha);
    }

    private static double MedianOf(double[] values)
    {
        Array.Sort(values);
        return OrderStatistics.Quantile(values, 0.5);
    }
}
