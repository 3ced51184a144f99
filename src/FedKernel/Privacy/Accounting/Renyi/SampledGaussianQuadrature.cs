// SPDX-License-Identifier: Apache-2.0
// A − 1 of the subsampled Gaussian at fractional order, by the trapezoidal rule.
//   A − 1 = ∫ φ(t)·[(1 + u)^α − 1 − αu] dt,   u = q(e^{t/z − 1/2z²} − 1), because u has mean 0
// Error: the integrand is analytic where |Im t| < πz, where the mixture has no zero. A rule of step h errs by at most
// 2(A + 1 + 2αq)·e^{y²/2}/(e^{2πy/h} − 1) for every y below that (L. Trefethen, J. Weideman, "The exponentially convergent trapezoidal
// rule", SIAM Review 2014, theorem 5.1). The step is chosen so that this is e^{−40} of A − 1.
// The two erfc series of Mironov, Talwar and Zhang are not used here: their terms fall like i^{−α−2} only.
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>ln(A − 1) for z that is not small.</summary>
internal static class SampledGaussianQuadrature
{
    /// <summary>φ is below 10⁻³¹ of its height here.</summary>
    private const double Reach = 12;

    private static readonly double _logSqrtTwoPi = 0.5 * Math.Log(2 * Math.PI);

    public static double LogExcess(double q, double z, double order)
    {
        double step = Step(q, z, order);
        double logQ = Math.Log(q), odds = (1 - q) / q;
        long first = (long)Math.Floor(-Reach / step), last = (long)Math.Ceiling(((order / z) + Reach) / step);
        var sum = new LogSum();
        for (long k = first; k <= last; k++)
        {
            double t = k * step;
            double loss = (t / z) - (0.5 / z / z);
            double u = q * LogSum.ExpMinusOne(loss);
            double log = loss > 30
                ? logQ + loss + NormalDistribution.LogOnePlus(odds * Math.Exp(-loss))
                : NormalDistribution.LogOnePlus(u);
            sum.Add(PowerExcess.Log(u, log, order) - (0.5 * t * t));
        }

        return sum.Log + Math.Log(step) - _logSqrtTwoPi;
    }

    private static double Step(double q, double z, double order)
    {
        // A − 1 is at least about (α − 1)q²/z².
        double exponent = 40 + Math.Max(0, (2 * Math.Log(Math.Max(1, z) / q)) - Math.Log(Math.Min(1, order - 1)));
        double y = Math.Min(0.95 * Math.PI * z, Math.Sqrt(2 * exponent));
        return 2 * Math.PI * y / (exponent + (0.5 * y * y));
    }
}
