// SPDX-License-Identifier: Apache-2.0
// Per-layer and per-group clipping · B. McMahan et al., ICLR 2018 (arXiv 1710.06963), section 3; H. McMahan et al., "A general
// approach to adding differential privacy to iterative training procedures", 2018 (arXiv 1812.06210), section 3 for groups.
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Privacy.Clipping;

/// <summary>Clips each group of tensors to a bound of its own.</summary>
/// <inheritdoc cref="UpdateClipping" path="/remarks"/>
public sealed class GroupClipping : UpdateClipping
{
    private readonly GroupBounds _bounds;

    /// <summary>Clips at the given bounds.</summary>
    public GroupClipping(GroupBounds bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        _bounds = bounds;
    }

    /// <inheritdoc/>
    public override double ClippingBound => _bounds.Total;

    /// <summary>A bound of C / √L for each of L tensors.</summary>
    public static GroupClipping PerLayer(ParameterLayout layout, double clippingBound) =>
        new(GroupBounds.Equal(ParameterGroups.PerTensor(layout), clippingBound));

    /// <inheritdoc/>
    public override GroupBounds BoundsFor(ParameterLayout layout) => Same(_bounds, layout);

    internal static GroupBounds Same(GroupBounds bounds, ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return layout.Equals(bounds.Groups.Layout)
            ? bounds
            : throw new ArgumentException(
                $"The bounds are for the layout {bounds.Groups.Layout}, the update has {layout}.", nameof(layout));
    }

    internal override ClipAndScale Kernel(double squaredNorm, double bound) => new(squaredNorm, bound);

    internal override double Factor(double norm, double bound) => norm <= bound ? 1 : bound / norm;
}
