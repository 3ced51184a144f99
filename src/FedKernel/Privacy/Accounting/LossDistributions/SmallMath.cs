// SPDX-License-Identifier: Apache-2.0
// What the platform lacks · W. Kahan's quotients, which lose nothing near 0 (Higham, "Accuracy and stability", section 1.14).
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>Exponentials near 0.</summary>
internal static class SmallMath
{
    /// <summary>e^x − 1.</summary>
    public static double ExpMinusOne(double x)
    {
        if (Math.Abs(x) < 1e-2)
        {
            // Seven terms: the eighth is below 10⁻¹⁷ of the first.
            return x * (1 + (x / 2 * (1 + (x / 3 * (1 + (x / 4 * (1 + (x / 5 * (1 + (x / 6 * (1 + (x / 7))))))))))));
        }

        double u = Math.Exp(x);
        double difference = u - 1;
        return difference == -1 || double.IsInfinity(u) || Math.Abs(x) > 1 ? difference : difference * x / Math.Log(u);
    }

    /// <summary>ln(1 + q(e^x − 1)): the loss of a mixture where that of the whole is x.</summary>
    public static double MixtureLog(double q, double x) =>
        q == 1 ? x
        : x > 30 ? x + Math.Log(q) + NormalDistribution.LogOnePlus((1 - q) / q * Math.Exp(-x))
        : NormalDistribution.LogOnePlus(q * ExpMinusOne(x));

    /// <summary>The x of <see cref="MixtureLog"/>; −∞ where there is none.</summary>
    public static double MixtureLogInverse(double q, double y)
    {
        if (q == 1)
        {
            return y;
        }

        if (y > 30)
        {
            return y - Math.Log(q) + NormalDistribution.LogOnePlus(-(1 - q) * Math.Exp(-y));
        }

        double ratio = ExpMinusOne(y) / q;
        return ratio <= -1 ? double.NegativeInfinity : NormalDistribution.LogOnePlus(ratio);
    }
}
