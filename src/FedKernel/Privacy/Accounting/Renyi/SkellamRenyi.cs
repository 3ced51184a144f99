// SPDX-License-Identifier: Apache-2.0
// Rényi divergence of the Skellam mechanism · N. Agarwal, P. Kairouz, Z. Liu, NeurIPS 2021 (arXiv 2110.04995), theorem 3.5, on a grid of
// step 1 (their s is part of Δ and μ here):
//   α Δ₂²/2μ + min( ((2α − 1)Δ₂² + 6Δ₁)/4μ², 3Δ₁/2μ )
// Proven for integer α ≥ 2. The divergence does not fall with α, so that at α it is at most that of ⌈α⌉.
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>Order α of the Skellam mechanism, from above.</summary>
internal static class SkellamRenyi
{
    /// <summary>A bound of D_α in either direction, without what the failure mass costs.</summary>
    /// <param name="e">The release.</param>
    /// <param name="order">α &gt; 1; taken as ⌈α⌉.</param>
    public static double Rdp(SkellamEvent e, double order)
    {
        Throw.IfNotInRange(order, Math.BitIncrement(1.0), double.MaxValue);
        double alpha = Math.Ceiling(order), mu = e.Variance, squared = e.Sensitivity * e.Sensitivity;
        double second = (((2 * alpha) - 1) * squared) + (6 * e.SensitivityL1);
        return (alpha * squared / (2 * mu)) + Math.Min(second / (4 * mu * mu), 1.5 * e.SensitivityL1 / mu);
    }
}
