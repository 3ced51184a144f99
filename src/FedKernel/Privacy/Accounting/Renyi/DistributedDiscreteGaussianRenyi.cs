// SPDX-License-Identifier: Apache-2.0
// Rényi divergence of a sum of discrete Gaussian shares · P. Kairouz, Z. Liu, T. Steinke, ICML 2021 (arXiv 2102.06387), proposition 14
// and theorem 1. With σ² the variance of the sum, s that of one share's deviation, n shares:
//   τ = 10·Σ_{k=1}^{n−1} e^{−2π²s²·k/(k+1)}
//   min{ α/2·Δ₂²/σ² + τd,  α/2·(Δ₂²/σ² + 2Δ₁τ/σ + τ²d),  α/2·(Δ₂/σ + √d·τ)² }
// For one share τ = 0: the discrete Gaussian mechanism.
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>Order α of the distributed discrete Gaussian mechanism, from above.</summary>
internal static class DistributedDiscreteGaussianRenyi
{
    /// <summary>A bound of D_α in either direction, without what the failure mass costs.</summary>
    /// <param name="e">The release.</param>
    /// <param name="order">α &gt; 1.</param>
    public static double Rdp(DistributedDiscreteGaussianEvent e, double order)
    {
        Throw.IfNotInRange(order, Math.BitIncrement(1.0), double.MaxValue);
        double tau = Tau(e.ShareSigma, e.Shares), d = e.Dimension, sigma = e.ShareSigma * Math.Sqrt(e.Shares);
        double scaled = e.Sensitivity / sigma, half = 0.5 * order, root = scaled + (Math.Sqrt(d) * tau);
        double first = (half * scaled * scaled) + (tau * d);
        double second = half * ((scaled * scaled) + (2 * e.SensitivityL1 / sigma * tau) + (tau * tau * d));
        return Math.Min(first, Math.Min(second, half * root * root));
    }

    /// <summary>τ: how far the law of the sum is from a discrete Gaussian, in the logarithm of its masses.</summary>
    public static double Tau(double shareSigma, int shares)
    {
        double sum = 0, exponent = 2 * Math.PI * Math.PI * shareSigma * shareSigma;
        for (int k = 1; k < shares; k++)
        {
            sum += Math.Exp(-exponent * (k / (k + 1.0)));
        }

        return 10 * sum;
    }
}
