// SPDX-License-Identifier: Apache-2.0
using Xunit;

namespace FedKernel.Tests.Statistics;

/// <summary>Pearson's chi-square test of integer samples against the masses of a law.</summary>
internal static class GoodnessOfFit
{
    /// <summary>P that a right sampler shows this statistic or a larger one: Q(dof/2, χ²/2), exact for an even number of degrees.</summary>
    public static double PValue(double statistic, int evenDegrees)
    {
        double x = statistic / 2, term = 1, sum = 0, scale = -x;
        for (int i = 0; i < evenDegrees / 2; i++)
        {
            sum += term;
            term *= x / (i + 1);
            if (sum > 1e200)
            {
                (sum, term, scale) = (sum / 1e200, term / 1e200, scale + Math.Log(1e200));
            }
        }

        return Math.Exp(scale + Math.Log(sum));
    }

    /// <summary>Passes unless a right sampler would be this far off with a chance below 10⁻⁶.</summary>
    /// <param name="samples">Independent.</param>
    /// <param name="mass">P(k), of a law that is symmetric about 0.</param>
    public static void AssertFits(IReadOnlyCollection<long> samples, Func<long, double> mass)
    {
        // Single values in the middle, tails at the ends: an odd number of bins that expect at least 25 each.
        int n = samples.Count;
        long edge = 0;
        double inside = mass(0);
        while (n * mass(edge + 1) >= 25 && n * (1 - inside - (2 * mass(edge + 1))) / 2 >= 25)
        {
            inside += 2 * mass(++edge);
        }

        var counts = new long[(2 * edge) + 3];
        foreach (long k in samples)
        {
            counts[Math.Clamp(k, -edge - 1, edge + 1) + edge + 1]++;
        }

        double statistic = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            bool tail = i == 0 || i == counts.Length - 1;
            double expected = n * (tail ? (1 - inside) / 2 : mass(i - edge - 1));
            statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
        }

        double p = PValue(statistic, counts.Length - 1);
        Assert.True(p > 1e-6, $"χ² = {statistic} with {counts.Length - 1} degrees: p = {p}");
    }
}
