// SPDX-License-Identifier: Apache-2.0
// Φ by W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23, 1969; Φ⁻¹ by M. Wichura, algorithm
// AS 241 (PPND16), Applied Statistics 37, 1988. Coefficients as published; errors near 10⁻¹⁵, of a tail Φ(x) near x²·10⁻¹⁶, relative.
// The series of NormalDistribution need no coefficients and are fifty times slower; an f-DP audit asks a million times.
namespace FedKernel.Privacy.Auditing;

/// <summary>Φ and its inverse, fast.</summary>
internal static class StandardNormal
{
    private const double InverseSqrtPi = 0.56418958354775628695;

    /// <summary>Φ(x).</summary>
    public static double Cdf(double x)
    {
        double y = Math.Abs(x) / Math.Sqrt(2);
        if (y <= 0.46875)
        {
            return 0.5 + (Math.Sign(x) * 0.5 * Erf(y));
        }

        double tail = 0.5 * Erfc(y);
        return x < 0 ? tail : 1 - tail;
    }

    /// <summary>x with Φ(x) = p; ±∞ at 0 and 1.</summary>
    public static double Quantile(double p)
    {
        double q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            double r = 0.180625 - (q * q);
            return q
                * Polynomial(r, 2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4, 4.5921953931549871457e+4,
                    1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2, 3.3871328727963666080)
                / Polynomial(r, 5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
                    5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1);
        }

        double tail = q < 0 ? p : 1 - p;
        if (!(tail > 0))
        {
            return q < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        double s = Math.Sqrt(-Math.Log(tail));
        double magnitude = s <= 5 ? Middle(s - 1.6) : Far(s - 5);
        return q < 0 ? -magnitude : magnitude;
    }

    private static double Middle(double r) =>
        Polynomial(r, 7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258,
            3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734)
        / Polynomial(r, 1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
            6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1);

    private static double Far(double r) =>
        Polynomial(r, 2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
            2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720)
        / Polynomial(r, 2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
            1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1);

    private static double Erf(double y)
    {
        double z = y * y;
        return y
            * Polynomial(z, 1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e+2, 3.77485237685302021e+2,
                3.20937758913846947e+3)
            / Polynomial(z, 1, 2.36012909523441209e+1, 2.44024637934444173e+2, 1.28261652607737228e+3, 2.84423683343917062e+3);
    }

    private static double Erfc(double y)
    {
        if (y > 27)
        {
            return 0;
        }

        // exp(−y²) in two parts: y² of a rounded y is exact, so the large exponent loses no digits.
        double coarse = Math.Truncate(y * 16) / 16;
        double exponential = Math.Exp(-coarse * coarse) * Math.Exp(-(y - coarse) * (y + coarse));
        if (y <= 4)
        {
            return exponential
                * Polynomial(y, 2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e+1,
                    2.98635138197400131e+2, 8.81952221241769090e+2, 1.71204761263407058e+3, 2.05107837782607147e+3,
                    1.23033935479799725e+3)
                / Polynomial(y, 1, 1.57449261107098347e+1, 1.17693950891312499e+2, 5.37181101862009858e+2, 1.62138957456669019e+3,
                    3.29079923573345963e+3, 4.36261909014324716e+3, 3.43936767414372164e+3, 1.23033935480374942e+3);
        }

        double z = 1 / (y * y);
        double correction = z
            * Polynomial(z, 1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
                1.60837851487422766e-2, 6.58749161529837803e-4)
            / Polynomial(z, 1, 2.56852019228982242, 1.87295284992346047, 5.27905102951428412e-1, 6.05183413124413191e-2,
                2.33520497626869185e-3);
        return exponential * (InverseSqrtPi - correction) / y;
    }

    /// <summary>Horner's scheme, highest power first.</summary>
    private static double Polynomial(double x, params ReadOnlySpan<double> coefficients)
    {
        double value = 0;
        foreach (double c in coefficients)
        {
            value = (value * x) + c;
        }

        return value;
    }
}
