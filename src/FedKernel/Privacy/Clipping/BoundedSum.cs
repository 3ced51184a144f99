// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;

namespace FedKernel.Privacy.Clipping;

/// <summary>A weighted sum of clipped updates over a fixed denominator, and how far one unit can move it.</summary>
public sealed class BoundedSum
{
    private readonly SingleUse _use = new();

    internal BoundedSum(DeviceBuffer<float> values, GroupBounds bounds) => (Values, Bounds) = (values, bounds);

    /// <summary>The sum. Nothing is private about it until a mechanism has added its noise.</summary>
    public DeviceBuffer<float> Values { get; }

    /// <summary>How far one contribution moves each group at most: Cₗ over the denominator.</summary>
    public GroupBounds Bounds { get; }

    /// <summary>Called by the mechanism that is about to add its noise; a second one would noise what is noised already.</summary>
    internal void Take() => _use.Take();
}
