// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>(1 + u)^α − 1 − αu: by how much a power exceeds its tangent; not negative for u &gt; −1, α ≥ 1.</summary>
/// <remarks>The moment of a likelihood ratio 1 + u whose mean is 1, less one, is the mean of this: no digit is lost to the ones.</remarks>
internal static class PowerExcess
{
    /// <summary>ln((1 + u)^α − 1 − αu), −∞ at u = 0.</summary>
    /// <param name="u">u &gt; −1; may be infinite if <paramref name="logOnePlusU"/> is not.</param>
    /// <param name="logOnePlusU">ln(1 + u)</param>
    /// <param name="order">α &gt; 1</param>
    public static double Log(double u, double logOnePlusU, double order)
    {
        if (Math.Abs(u) * order < 0.05)
        {
            return Math.Log(Series(u, order));
        }

        if (u < 1e3)
        {
            double power = order * logOnePlusU;
            return power > 500
                ? power + NormalDistribution.LogOnePlus(-(1 + (order * u)) * Math.Exp(-power))
                : Math.Log(LogSum.ExpMinusOne(power) - (order * u));
        }

        // 1 + αu = α(1 + u)(1 − (1 − 1/α)/(1 + u)), so that an infinite u is no matter.
        double tangent = Math.Log(order) + logOnePlusU
            + NormalDistribution.LogOnePlus(-(1 - (1 / order)) * Math.Exp(-logOnePlusU));
        return (order * logOnePlusU) + NormalDistribution.LogOnePlus(-Math.Exp(tangent - (order * logOnePlusU)));
    }

    /// <summary>Binomial series from the second term: below α|u| = 0.05 the tenth is under 10⁻¹⁵ of the first.</summary>
    private static double Series(double u, double order)
    {
        double term = order * u, sum = 0;
        for (int k = 2; k <= 12; k++)
        {
            term *= (order - k + 1) / k * u;
            sum += term;
        }

        return sum;
    }
}
