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
    private const int MostTerms = 1 << 14;

    /// <summary>A bound of D_α in either direction, without what the failure mass costs.</summary>
    /// <param name="e">The release.</param>
    /// <param name="order">α &gt; 1.</param>
    public static double Rdp(DistributedDiscreteGaussianEvent e, double order) => Curve(e)(order);

    /// <summary>The same for many orders of one release: τ is summed once.</summary>
    public static Func<double, double> Curve(DistributedDiscreteGaussianEvent e)
    {
        double rho = Rho(e), sigma = Sigma(e), free = Tau(e.ShareSigma, e.Shares) * e.Dimension;
        double plain = 0.5 * (e.Sensitivity / sigma) * (e.Sensitivity / sigma);
        return order =>
        {
            Throw.IfNotInRange(order, Math.BitIncrement(1.0), double.MaxValue);
            return Math.Min((order * plain) + free, order * rho);
        };
    }

    /// <summary>The least ρ of which the last two of the three bounds are ρα: the release is ρ-zCDP.</summary>
    public static double Rho(DistributedDiscreteGaussianEvent e)
    {
        double tau = Tau(e.ShareSigma, e.Shares), d = e.Dimension, sigma = Sigma(e), scaled = e.Sensitivity / sigma;
        double second = (scaled * scaled) + (2 * e.SensitivityL1 / sigma * tau) + (tau * tau * d), root = scaled + (Math.Sqrt(d) * tau);
        return 0.5 * Math.Min(second, root * root);
    }

    /// <summary>τ: how far the law of the sum is from a discrete Gaussian, in the logarithm of its masses.</summary>
    public static double Tau(double shareSigma, int shares)
    {
        double sum = 0, exponent = 2 * Math.PI * Math.PI * shareSigma * shareSigma;
        int summed = Math.Min(shares, MostTerms);
        for (int k = 1; k < summed; k++)
        {
            sum += Math.Exp(-exponent * (k / (k + 1.0)));
        }

        // The terms fall with k: the rest is no more than as many of the next.
        return 10 * (sum + ((shares - summed) * Math.Exp(-exponent * (summed / (summed + 1.0)))));
    }

    private static double Sigma(DistributedDiscreteGaussianEvent e) => e.ShareSigma * Math.Sqrt(e.Shares);
}
