// SPDX-License-Identifier: Apache-2.0
// L2 clipping · M. Abadi et al., "Deep learning with differential privacy", CCS 2016, algorithm 1.
// destination = weight · x · min(1, C / ‖x‖₂), one pass, once the norm is known.
// Different here: the factor is rounded down far enough that the exact norm of the float32 result is at most weight · C;
// rounding to nearest would break the sensitivity by a few parts in 10⁸, and a guarantee is not allowed to be nearly true.
// Near the denormals a product may grow by half of 2⁻¹⁴⁹ whatever its size, so bounds below 2⁻¹⁰⁰ are refused: no factor holds them.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>destination[i] = factor · x[i], with the factor that brings x to an L2 norm of at most C.</summary>
public readonly struct ClipAndScale : IMap1
{
    /// <summary>The smallest weight · C: 2⁻¹⁰⁰. Down to it the guarantee holds for vectors of up to 2⁴⁸ elements.</summary>
    public const double LeastBound = 1.0 / (1L << 50) / (1L << 50);

    private readonly float _factor;

    /// <summary>Computes the factor.</summary>
    /// <param name="squaredNorm">‖x‖₂², finite and not negative, as <see cref="SquaredL2Norm"/> gives it.</param>
    /// <param name="clippingBound">C, finite; weight · C is at least <see cref="LeastBound"/>.</param>
    /// <param name="weight">A factor in (0, 1] on top.</param>
    public ClipAndScale(double squaredNorm, double clippingBound, double weight = 1)
    {
        Throw.IfNotInRange(squaredNorm, 0, double.MaxValue);
        Throw.IfNotInRange(clippingBound, LeastBound, float.MaxValue);
        Throw.IfNotInRange(weight, LeastBound / clippingBound, 1);
        _factor = FactorFor(squaredNorm, clippingBound, weight);
    }

    private ClipAndScale(float factor) => _factor = factor;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <summary>The factor applied; at most 1 unless it came from <see cref="Automatic"/>.</summary>
    public float Factor => _factor;

    /// <summary>AUTO-S: the factor C / (‖x‖₂ + γ), which brings x to a norm below C whatever it was.</summary>
    /// <remarks>Z. Bu et al., "Automatic clipping", NeurIPS 2023 (arXiv 2206.07136).</remarks>
    /// <param name="squaredNorm">‖x‖₂², finite and not negative.</param>
    /// <param name="clippingBound">C, finite and at least <see cref="LeastBound"/>.</param>
    /// <param name="stability">γ, positive; C / γ is at most 2¹²⁷.</param>
    public static ClipAndScale Automatic(double squaredNorm, double clippingBound, double stability)
    {
        Throw.IfNotInRange(squaredNorm, 0, double.MaxValue);
        Throw.IfNotInRange(clippingBound, LeastBound, float.MaxValue);
        Throw.IfNotInRange(stability, clippingBound * Math.ScaleB(1, -127), double.MaxValue);
        return new ClipAndScale(RoundDown(clippingBound / (Math.Sqrt(squaredNorm) + stability)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => TLane.Splat(_factor) * x;

    private static float FactorFor(double squaredNorm, double clippingBound, double weight)
    {
        // The norm is good to 2⁻⁴⁰: what seems to lie on the bound may lie beyond it.
        double norm = Math.Sqrt(squaredNorm);
        bool inside = norm <= clippingBound * (1 - (1.0 / (1L << 40)));
        if (inside && weight == 1)
        {
            return 1;
        }

        return RoundDown((inside ? 1 : clippingBound / norm) * weight);
    }

    private static float RoundDown(double factor)
    {
        // Each product may grow by 2⁻²⁴ when it is rounded, and the norm by 2⁻⁴⁰: 2⁻²³ covers both.
        double exact = factor * (1 - (1.0 / 8388608));
        float single = (float)exact;
        return single > exact ? MathF.BitDecrement(single) : single;
    }
}
