// SPDX-License-Identifier: Apache-2.0
// Clipping bounds of a partition · B. McMahan et al., "Learning differentially private recurrent language models", ICLR 2018
// (arXiv 1710.06963), section 3: per-layer clipping with Σ Cₗ² = C².
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Privacy.Clipping;

/// <summary>How far one unit can move each group of a sum: Cₗ for each group, and C = √(Σ Cₗ²) for the whole. Immutable.</summary>
public sealed class GroupBounds
{
    /// <summary>The given bounds.</summary>
    /// <param name="groups">A partition of the layout.</param>
    /// <param name="bounds">Cₗ for each group, finite and at least <see cref="ClipAndScale.LeastBound"/>.</param>
    public GroupBounds(ParameterGroups groups, IReadOnlyList<double> bounds)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(bounds);
        Throw.IfLengthsDiffer(groups.Items.Count, bounds.Count, nameof(groups), nameof(bounds));
        foreach (double bound in bounds)
        {
            Throw.IfNotInRange(bound, ClipAndScale.LeastBound, float.MaxValue, "clipping bound");
        }

        Groups = groups;
        Bounds = [.. bounds];
        var squares = default(CompensatedSum);
        foreach (double bound in bounds)
        {
            squares.Add(bound * bound);
        }

        // Rounded up: a root that is a little short would promise more than clipping keeps.
        Total = bounds.Count == 1 ? bounds[0] : Math.Sqrt(squares.Value) * (1 + Math.ScaleB(1, -50));
    }

    /// <summary>The partition.</summary>
    public ParameterGroups Groups { get; }

    /// <summary>Cₗ, for each group.</summary>
    public IReadOnlyList<double> Bounds { get; }

    /// <summary>C = √(Σ Cₗ²), rounded up.</summary>
    public double Total { get; }

    /// <summary>One bound for the whole vector.</summary>
    public static GroupBounds Flat(ParameterLayout layout, double clippingBound) =>
        new(ParameterGroups.Whole(layout), [clippingBound]);

    /// <summary>Cₗ = C / √L for each of L groups, so that the whole has the bound C.</summary>
    public static GroupBounds Equal(ParameterGroups groups, double clippingBound)
    {
        ArgumentNullException.ThrowIfNull(groups);
        double bound = groups.Items.Count == 1 ? clippingBound : clippingBound / Math.Sqrt(groups.Items.Count);
        return new GroupBounds(groups, [.. Enumerable.Repeat(bound, groups.Items.Count)]);
    }

    /// <summary>The L2 sensitivity of a sum: C, or 2C for replace-one.</summary>
    public double Sensitivity(NeighbouringRelation relation) => Times(relation) * Total;

    /// <summary>The L2 sensitivity of one group of a sum: Cₗ, or 2Cₗ for replace-one.</summary>
    /// <param name="relation">Which data sets are neighbours.</param>
    /// <param name="group">Index of the group.</param>
    public double Sensitivity(NeighbouringRelation relation, int group)
    {
        Throw.IfNotInRange(group, 0, Bounds.Count - 1);
        return Times(relation) * Bounds[group];
    }

    /// <summary>The bounds of what was multiplied by a factor: a sum that was divided by its denominator, say.</summary>
    internal GroupBounds Scaled(double factor) => new(Groups, [.. Bounds.Select(b => b * factor)]);

    /// <summary>By how many bounds two neighbouring sums differ at most.</summary>
    internal static int Times(NeighbouringRelation relation) => relation switch
    {
        NeighbouringRelation.AddOrRemoveOne => 1,
        NeighbouringRelation.ReplaceOne => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(relation), relation, "Unknown relation."),
    };
}
