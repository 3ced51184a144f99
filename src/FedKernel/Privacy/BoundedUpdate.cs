// SPDX-License-Identifier: Apache-2.0
using FedKernel.Updates;

namespace FedKernel.Privacy;

/// <summary>An update whose L2 norm is at most C. Only <see cref="L2Clipping"/> makes one; mechanisms accept nothing else.</summary>
public sealed class BoundedUpdate
{
    internal BoundedUpdate(ModelUpdate update, double clippingBound)
    {
        Update = update;
        ClippingBound = clippingBound;
    }

    /// <summary>The update, clipped in place.</summary>
    public ModelUpdate Update { get; }

    /// <summary>C: the exact L2 norm of the float32 values is at most this.</summary>
    public double ClippingBound { get; }

    /// <summary>The L2 sensitivity of a sum of such updates.</summary>
    /// <param name="relation">Which data sets are neighbours.</param>
    /// <returns>C for <see cref="NeighbouringRelation.AddOrRemoveOne"/>, 2C for <see cref="NeighbouringRelation.ReplaceOne"/>.</returns>
    public double Sensitivity(NeighbouringRelation relation) => relation switch
    {
        NeighbouringRelation.AddOrRemoveOne => ClippingBound,
        NeighbouringRelation.ReplaceOne => 2 * ClippingBound,
        _ => throw new ArgumentOutOfRangeException(nameof(relation), relation, "Unknown relation."),
    };
}
