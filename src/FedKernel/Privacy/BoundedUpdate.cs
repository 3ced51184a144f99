// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Clipping;
using FedKernel.Updates;

namespace FedKernel.Privacy;

/// <summary>An update whose L2 norm is at most C, group by group. Only clipping makes one; mechanisms accept no other update.</summary>
public sealed class BoundedUpdate
{
    private readonly SingleUse _use = new();

    internal BoundedUpdate(ModelUpdate update, double clippingBound)
        : this(update, GroupBounds.Flat(update.Layout, clippingBound))
    {
    }

    internal BoundedUpdate(ModelUpdate update, GroupBounds bounds)
    {
        Update = update;
        Bounds = bounds;
    }

    /// <summary>The update, clipped in place.</summary>
    public ModelUpdate Update { get; }

    /// <summary>The bound of each group; one group where clipping was flat.</summary>
    public GroupBounds Bounds { get; }

    /// <summary>C: the exact L2 norm of the float32 values is at most this.</summary>
    public double ClippingBound => Bounds.Total;

    /// <summary>Called by the mechanism that is about to add its noise; a second one would noise what is noised already.</summary>
    internal void Take() => _use.Take();

    /// <summary>The L2 sensitivity of a sum of such updates.</summary>
    /// <param name="relation">Which data sets are neighbours.</param>
    /// <returns>C for <see cref="NeighbouringRelation.AddOrRemoveOne"/>, 2C for <see cref="NeighbouringRelation.ReplaceOne"/>.</returns>
    public double Sensitivity(NeighbouringRelation relation) => Bounds.Sensitivity(relation);
}
