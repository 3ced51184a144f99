// SPDX-License-Identifier: Apache-2.0
// Kolmogorov–Smirnov: G. Marsaglia, W. Tsang, J. Wang, JSS 8(18) 2003, the asymptotic series with M. Stephens' correction for n.
// Anderson–Darling: G. Marsaglia, J. Marsaglia, "Evaluating the Anderson–Darling distribution", JSS 9(2) 2004.
// Birthday spacings: G. Marsaglia, W. Tsang, "Some difficult-to-pass tests of randomness", JSS 7(3) 2002.
namespace FedKernel.Instruments.Statistics;

/// <summary>Tests of words that should be uniform and independent; each gives a p-value.</summary>
internal static class UniformTests
{
    /// <summary>χ² of the counts of all values of the low and of the high byte.</summary>
    public static double ChiSquare(ReadOnlySpan<uint> words, int shift)
    {
        var counts = new long[256];
        foreach (uint word in words)
        {
            counts[(word >> shift) & 0xFF]++;
        }

        double expected = words.Length / 256.0, statistic = 0;
        foreach (long count in counts)
        {
            statistic += (count - expected) * (count - expected) / expected;
        }

        return SpecialFunctions.ChiSquareTail(statistic, 255);
    }

    /// <summary>The largest distance between the empirical and the uniform distribution.</summary>
    public static double KolmogorovSmirnov(ReadOnlySpan<uint> words)
    {
        double[] u = Sorted(words);
        double d = 0;
        for (int i = 0; i < u.Length; i++)
        {
            d = Math.Max(d, Math.Max(u[i] - ((double)i / u.Length), ((i + 1.0) / u.Length) - u[i]));
        }

        return KolmogorovTail(d, u.Length);
    }

    /// <summary>P(the largest distance of n samples from their continuous law is above d).</summary>
    public static double KolmogorovTail(double d, long n)
    {
        double root = Math.Sqrt(n), lambda = (root + 0.12 + (0.11 / root)) * d, sum = 0;
        for (int k = 1; k < 200; k++)
        {
            sum += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2.0 * k * k * lambda * lambda);
        }

        return Math.Clamp(lambda < 0.2 ? 1 : sum, 0, 1);
    }

    /// <summary>The same with weight on the tails.</summary>
    public static double AndersonDarling(ReadOnlySpan<uint> words)
    {
        double[] u = Sorted(words);
        double sum = 0;
        for (int i = 0; i < u.Length; i++)
        {
            sum += ((2 * i) + 1) * (Math.Log(u[i]) + Math.Log(1 - u[^(i + 1)]));
        }

        double z = -u.Length - (sum / u.Length);
        double below = z < 2
            ? Math.Exp(-1.2337141 / z) / Math.Sqrt(z) * (2.00012 + ((0.247105 - ((0.0649821 - ((0.0347962 - ((0.011672 - (0.00168691 * z)) * z)) * z)) * z)) * z))
            : Math.Exp(-Math.Exp(1.0776 - ((2.30695 - ((0.43424 - ((0.082433 - ((0.008056 - (0.0003146 * z)) * z)) * z)) * z)) * z)));
        return Math.Clamp(1 - below, 0, 1);
    }

    /// <summary>The correlation of each word with the next.</summary>
    public static double SerialCorrelation(ReadOnlySpan<uint> words)
    {
        // Of n products of independent uniforms about their mean, each has variance 1/144.
        double sum = 0;
        for (int i = 1; i < words.Length; i++)
        {
            sum += (Uniform(words[i - 1]) - 0.5) * (Uniform(words[i]) - 0.5);
        }

        return SpecialFunctions.NormalTwoSided(sum * 12 / Math.Sqrt(words.Length - 1));
    }

    /// <summary>Equal spacings between 2¹² birthdays in a year of 2³² days; their number is Poisson of mean 4, summed over trials.</summary>
    public static double BirthdaySpacings(ReadOnlySpan<uint> words)
    {
        const int Birthdays = 4096;
        int trials = words.Length / Birthdays, equal = 0;
        for (int t = 0; t < trials; t++)
        {
            uint[] days = words.Slice(t * Birthdays, Birthdays).ToArray();
            Array.Sort(days);
            for (int i = Birthdays - 1; i > 0; i--)
            {
                days[i] -= days[i - 1];
            }

            Array.Sort(days);
            for (int i = 1; i < Birthdays; i++)
            {
                equal += days[i] == days[i - 1] ? 1 : 0;
            }
        }

        return SpecialFunctions.PoissonTwoSided(4.0 * trials, equal);
    }

    private static double Uniform(uint word) => (word + 0.5) / 4294967296.0;

    private static double[] Sorted(ReadOnlySpan<uint> words)
    {
        var u = new double[words.Length];
        for (int i = 0; i < u.Length; i++)
        {
            u[i] = Uniform(words[i]);
        }

        Array.Sort(u);
        return u;
    }
}
