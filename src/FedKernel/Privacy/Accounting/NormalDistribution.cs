// SPDX-License-Identifier: Apache-2.0
// The normal distribution function in log space.
// |x| < 2: Kummer's series of erf, all terms positive (Abramowitz and Stegun 7.1.6). Further out: the continued fraction of
// erfc (7.1.14), evaluated from the tail. No fitted coefficients, so nothing to trust but the formulas.
namespace FedKernel.Privacy.Accounting;

/// <summary>log Φ, accurate also where Φ underflows.</summary>
internal static class NormalDistribution
{
    private const double LogHalf = -0.693147180559945309417;
    private static readonly double _sqrtPi = Math.Sqrt(Math.PI);

    /// <summary>ln Φ(x).</summary>
    public static double LogCdf(double x)
    {
        double y = -x / Math.Sqrt(2);
        if (y > 2)
        {
            return LogHalf - (y * y) + Math.Log(ScaledErfcTail(y));
        }

        return y < -2
            ? LogOnePlus(-0.5 * Math.Exp(-y * y) * ScaledErfcTail(-y))
            : LogHalf + Math.Log(1 - Erf(y));
    }

    /// <summary>ln(e^{x²/2}·Φ(−x)) for x ≥ 0: without the factor that overflows.</summary>
    public static double LogScaledTail(double x)
    {
        double y = x / Math.Sqrt(2);
        return y > 2 ? LogHalf + Math.Log(ScaledErfcTail(y)) : (y * y) + LogHalf + Math.Log(1 - Erf(y));
    }

    /// <summary>ln(1 + x), accurate near 0.</summary>
    public static double LogOnePlus(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) * x / (u - 1);
    }

    private static double Erf(double y)
    {
        double term = y, sum = y;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= 2 * y * y / ((2 * n) + 1);
            sum += term;
        }

        return 2 / _sqrtPi * Math.Exp(-y * y) * sum;
    }

    /// <summary>exp(y²)·erfc(y) for y &gt; 2.</summary>
    private static double ScaledErfcTail(double y)
    {
        double fraction = 0;
        for (int k = 200; k >= 1; k--)
        {
            fraction = k / 2.0 / (y + fraction);
        }

        return 1 / (_sqrtPi * (y + fraction));
    }
}
