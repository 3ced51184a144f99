// SPDX-License-Identifier: Apache-2.0
// Rényi divergence of releases with pure differential privacy.
//   any ε-DP release: that of randomized response, which dominates it · M. Bun, T. Steinke, TCC 2016, proposition 3.3 and its proof;
//     P. Kairouz, S. Oh, P. Viswanath, "The composition theorem for differential privacy", ICML 2015
//     A − 1 = (e^{(α−1)ε} − 1)(1 − e^{−αε})·e^ε/(1 + e^ε)
//   Laplace, x = 1/z: A = (α·e^{(α−1)x} + (α−1)·e^{−αx})/(2α − 1) · I. Mironov, "Rényi differential privacy", CSF 2017, proposition 6
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>Order α of releases with pure differential privacy.</summary>
internal static class PureDivergence
{
    /// <summary>The greatest divergence that an ε-differentially private release can have; never above ε.</summary>
    public static double OfAny(double epsilon, double order)
    {
        if (epsilon == 0)
        {
            return 0;
        }

        double log = LogSum.LogExpMinusOne((order - 1) * epsilon) + Math.Log(-LogSum.ExpMinusOne(-order * epsilon))
            - LogSum.LogOnePlusExp(-epsilon);
        return Math.Min(epsilon, LogSum.LogOnePlusExp(log) / (order - 1));
    }

    /// <summary>Laplace noise of scale z times the L1 sensitivity.</summary>
    public static double OfLaplace(double noiseMultiplier, double order)
    {
        double x = 1 / noiseMultiplier, share = order / ((2 * order) - 1);
        double log = order * x < 0.1
            ? Math.Log(LaplaceSeries(x, order))
            : (order - 1) * x > 600
                ? Math.Log(share) + ((order - 1) * x)
                : Math.Log((share * LogSum.ExpMinusOne((order - 1) * x)) + ((1 - share) * LogSum.ExpMinusOne(-order * x)));
        return Math.Min(x, LogSum.LogOnePlusExp(log) / (order - 1));
    }

    /// <summary>Taylor series of A − 1: its constant and linear terms cancel.</summary>
    private static double LaplaceSeries(double x, double order)
    {
        double first = (order - 1) * x, second = -order * x, share = order / ((2 * order) - 1), sum = 0;
        double up = first, down = second;
        for (int k = 2; k <= 14; k++)
        {
            up *= first / k;
            down *= second / k;
            sum += (share * up) + ((1 - share) * down);
        }

        return sum;
    }
}
