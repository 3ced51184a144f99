// SPDX-License-Identifier: Apache-2.0
// L2 clipping · M. Abadi et al., "Deep learning with differential privacy", CCS 2016, section 3.1; per update as in
// B. McMahan et al., "Learning differentially private recurrent language models", ICLR 2018.
// Parameter: C > 0, the clipping bound.
// Different here: the norm is summed in float64 in a fixed order, the factor is rounded down (see ClipAndScale), and an update
// that holds NaN or infinity is refused whole instead of turning the sum into NaN.
using FedKernel.Kernels;
using FedKernel.Privacy.Clipping;
using FedKernel.Updates;

namespace FedKernel.Privacy;

/// <summary>What clipping did.</summary>
/// <param name="Bounded">The clipped update; null if it was refused.</param>
/// <param name="Norm">‖x‖₂ before clipping; NaN if refused.</param>
/// <param name="Factor">What every value was multiplied by, the smallest factor of a group; 0 if refused.</param>
/// <param name="NonFiniteCount">Values that are NaN or infinite; the update is refused unless this is 0.</param>
public sealed record ClippingResult(BoundedUpdate? Bounded, double Norm, double Factor, long NonFiniteCount)
{
    /// <summary>Each group by itself; empty if refused.</summary>
    public IReadOnlyList<GroupClip> Groups { get; init; } = [];
}

/// <summary>Brings updates to an L2 norm of at most C: flat clipping.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> The exact L2 norm of the resulting float32 values is at most C.</para>
/// <para><b>Edge cases.</b> Norm 0: unchanged. Norm below C: unchanged, bit for bit; within 2⁻⁴⁰ of C, where the float64 norm
/// cannot tell the side, shortened by 2⁻²³. NaN or infinity: refused, values untouched, counted. Squares do not overflow: they
/// are summed in float64.</para>
/// </remarks>
public sealed class L2Clipping : UpdateClipping
{
    /// <summary>Clips at the given bound.</summary>
    /// <param name="clippingBound">C, finite and at least <see cref="ClipAndScale.LeastBound"/>.</param>
    public L2Clipping(double clippingBound)
    {
        Throw.IfNotInRange(clippingBound, ClipAndScale.LeastBound, float.MaxValue);
        ClippingBound = clippingBound;
    }

    /// <inheritdoc/>
    public override double ClippingBound { get; }

    /// <inheritdoc/>
    public override GroupBounds BoundsFor(ParameterLayout layout) => GroupBounds.Flat(layout, ClippingBound);

    internal override ClipAndScale Kernel(double squaredNorm, double bound) => new(squaredNorm, bound);

    internal override double Factor(double norm, double bound) => norm <= bound ? 1 : bound / norm;
}
