// SPDX-License-Identifier: Apache-2.0
// One noise multiplier split over groups. A group with the share pₗ of the privacy loss has zₗ = z / √pₗ, and Σ pₗ = 1 gives back
// Σ zₗ⁻² = z⁻².
using FedKernel.Privacy.Clipping;

namespace FedKernel.Privacy.Layers;

/// <summary>Splits a total noise multiplier over groups: whatever the split, the release is as private as the total says.</summary>
public static class NoiseAllocation
{
    /// <summary>The same multiplier for each: zₗ = z · √L.</summary>
    /// <param name="total">z of the whole.</param>
    /// <param name="groupCount">L, at least 1.</param>
    public static IReadOnlyList<double> Equal(double total, int groupCount)
    {
        Throw.IfNotInRange(groupCount, 1, 1 << 20);
        return ByShares(total, [.. Enumerable.Repeat(1.0, groupCount)]);
    }

    /// <summary>By given shares of the privacy loss: zₗ = z / √(pₗ / Σ p).</summary>
    /// <param name="total">z of the whole.</param>
    /// <param name="shares">pₗ, positive and finite; they need not sum to 1. A larger share is less noise.</param>
    public static IReadOnlyList<double> ByShares(double total, IReadOnlyList<double> shares)
    {
        Throw.IfNotInRange(total, 1e-6, 1e6);
        ArgumentNullException.ThrowIfNull(shares);
        Throw.IfNotInRange(shares.Count, 1, 1 << 20, "number of shares");
        var sum = default(CompensatedSum);
        foreach (double share in shares)
        {
            Throw.IfNotInRange(share, 1e-100, 1e100);
            sum.Add(share);
        }

        return [.. shares.Select(p => total * Math.Sqrt(sum.Value / p))];
    }

    /// <summary>By dimension and bound, with the least total variance: shares in proportion to Cₗ · √dₗ.</summary>
    /// <remarks>Of Σ dₗ zₗ² Cₗ² under Σ zₗ⁻² = z⁻²; by the multiplier of Lagrange, zₗ⁴ is in proportion to 1 / (dₗ Cₗ²).</remarks>
    /// <param name="total">z of the whole.</param>
    /// <param name="bounds">Groups with their dimensions dₗ and bounds Cₗ.</param>
    public static IReadOnlyList<double> ByDimension(double total, GroupBounds bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        return ByShares(total, [.. bounds.Groups.Items.Select((g, l) => bounds.Bounds[l] * Math.Sqrt(g.Length))]);
    }
}
