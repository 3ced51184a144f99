// SPDX-License-Identifier: Apache-2.0
// Regularized incomplete gamma functions · W. Press et al., "Numerical recipes", 3rd ed. 2007, section 6.2: the series below a + 1,
// Lentz's continued fraction above. ln Γ by Lanczos' sum with g = 7 and nine coefficients (P. Godfrey).
namespace FedKernel.Instruments.Statistics;

/// <summary>The few functions that p-values need.</summary>
internal static class SpecialFunctions
{
    private static readonly double[] _lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>ln Γ(x), x > 0.</summary>
    public static double LogGamma(double x)
    {
        double sum = _lanczos[0];
        for (int i = 1; i < _lanczos.Length; i++)
        {
            sum += _lanczos[i] / (x - 1 + i);
        }

        double t = x + 6.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x - 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    /// <summary>Q(a, x) = Γ(a, x) / Γ(a): the upper tail of a gamma distribution.</summary>
    public static double UpperGamma(double a, double x)
    {
        if (!(x > 0))
        {
            return 1;
        }

        double front = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        return x < a + 1 ? 1 - (front * Series(a, x)) : front * Fraction(a, x);
    }

    /// <summary>P(χ² > statistic) for the given degrees of freedom.</summary>
    public static double ChiSquareTail(double statistic, double degrees) => UpperGamma(degrees / 2, statistic / 2);

    /// <summary>P(|Z| > z) for a standard normal Z.</summary>
    public static double NormalTwoSided(double z) => UpperGamma(0.5, z * z / 2);

    /// <summary>P(N ≥ count or N ≤ count, whichever is rarer), doubled, for a Poisson N of the given mean.</summary>
    public static double PoissonTwoSided(double mean, int count)
    {
        // P(N ≥ k) = 1 − Q(k, mean) and P(N ≤ k) = Q(k + 1, mean).
        double atLeast = count == 0 ? 1 : 1 - UpperGamma(count, mean);
        double atMost = UpperGamma(count + 1, mean);
        return Math.Min(1, 2 * Math.Min(atLeast, atMost));
    }

    private static double Series(double a, double x)
    {
        double term = 1 / a, sum = term;
        for (int n = 1; n < 100_000 && Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum;
    }

    private static double Fraction(double a, double x)
    {
        const double Tiny = 1e-300;
        double b = x + 1 - a, c = 1 / Tiny, d = 1 / b, h = d;
        for (int i = 1; i < 100_000; i++)
        {
            double an = -i * (i - a);
            b += 2;
            d = 1 / Guard((an * d) + b);
            c = Guard(b + (an / c));
            double step = d * c;
            h *= step;
            if (Math.Abs(step - 1) < 1e-16)
            {
                break;
            }
        }

        return h;

        static double Guard(double v) => Math.Abs(v) < Tiny ? Tiny : v;
    }
}
