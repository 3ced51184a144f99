// SPDX-License-Identifier: Apache-2.0
// Automatic clipping, AUTO-S · Z. Bu, Y.-X. Wang, S. Zha, G. Karypis, "Automatic clipping: differentially private deep learning
// made easier and stronger", NeurIPS 2023 (arXiv 2206.07136), section 3: x · C / (‖x‖₂ + γ).
// Parameters: C, which only scales the result, so that learning rate and C are one knob; γ > 0, 0.01 in the paper.
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Privacy.Clipping;

/// <summary>Normalizes instead of cutting: every contribution is brought near its bound, short ones lengthened.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> The norm of each group of the result is below Cₗ, which is the sensitivity.</para>
/// <para><b>Edge cases.</b> Zero stays zero. NaN or infinity: refused and counted, as with <see cref="UpdateClipping"/>.</para>
/// </remarks>
public sealed class AutomaticClipping : UpdateClipping
{
    private readonly GroupBounds? _bounds;

    /// <summary>One bound for the whole update.</summary>
    /// <param name="clippingBound">C.</param>
    /// <param name="stability">γ, 2⁻⁶⁰ to 2⁶⁰, and at least C · 2⁻¹⁰⁰.</param>
    public AutomaticClipping(double clippingBound, double stability)
    {
        Throw.IfNotInRange(clippingBound, ClipAndScale.LeastBound, float.MaxValue);
        CheckStability(stability, clippingBound);
        (ClippingBound, Stability) = (clippingBound, stability);
    }

    /// <summary>A bound for each group.</summary>
    /// <param name="bounds">Cₗ.</param>
    /// <param name="stability">γ, 2⁻⁶⁰ to 2⁶⁰, and at least C · 2⁻¹⁰⁰.</param>
    public AutomaticClipping(GroupBounds bounds, double stability)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        CheckStability(stability, bounds.Total);
        (_bounds, ClippingBound, Stability) = (bounds, bounds.Total, stability);
    }

    /// <inheritdoc/>
    public override double ClippingBound { get; }

    /// <summary>γ.</summary>
    public double Stability { get; }

    /// <inheritdoc/>
    public override GroupBounds BoundsFor(ParameterLayout layout) =>
        _bounds is null ? GroupBounds.Flat(layout, ClippingBound) : GroupClipping.Same(_bounds, layout);

    internal override ClipAndScale Kernel(double squaredNorm, double bound) => ClipAndScale.Automatic(squaredNorm, bound, Stability);

    internal override double Factor(double norm, double bound) => bound / (norm + Stability);

    // The factor of a short update is C / γ, and must be a float32.
    private static void CheckStability(double stability, double bound) =>
        Throw.IfNotInRange(stability, Math.Max(Math.ScaleB(1, -60), bound * Math.ScaleB(1, -100)), Math.ScaleB(1, 60));
}
