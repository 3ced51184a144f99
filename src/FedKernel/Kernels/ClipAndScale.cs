// SPDX-License-Identifier: Apache-2.0
// L2 clipping · M. Abadi et al., "Deep learning with differential privacy", CCS 2016, algorithm 1.
// destination = weight · x · min(1, C / ‖x‖₂), one pass, once the norm is known.
// Different here: the factor is rounded down far enough that the exact norm of the float32 result is at most weight · C;
// rounding to nearest would break the sensitivity by a few parts in 10⁸, and a guarantee is not allowed to be nearly true.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>destination[i] = factor · x[i], with the factor that brings x to an L2 norm of at most C.</summary>
public readonly struct ClipAndScale : IMap1
{
    private readonly float _factor;

    /// <summary>Computes the factor.</summary>
    /// <param name="squaredNorm">‖x‖₂², finite and not negative, as <see cref="SquaredL2Norm"/> gives it.</param>
    /// <param name="clippingBound">C &gt; 0.</param>
    /// <param name="weight">A factor in (0, 1] on top.</param>
    public ClipAndScale(double squaredNorm, double clippingBound, double weight = 1)
    {
        Throw.IfNotInRange(squaredNorm, 0, double.MaxValue);
        Throw.IfNotInRange(clippingBound, float.Epsilon, float.MaxValue);
        Throw.IfNotInRange(weight, 0, 1);
        _factor = FactorFor(squaredNorm, clippingBound, weight);
    }

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <summary>The factor applied, at most 1.</summary>
    public float Factor => _factor;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => TLane.Splat(_factor) * x;

    private static float FactorFor(double squaredNorm, double clippingBound, double weight)
    {
        double norm = Math.Sqrt(squaredNorm);
        bool inside = norm <= clippingBound;
        if (inside && weight == 1)
        {
            return 1;
        }

        // Each product may grow by 2⁻²⁴ when it is rounded, and the norm itself is good to 2⁻⁴⁰: 2⁻²³ covers both.
        double exact = (inside ? 1 : clippingBound / norm) * weight * (1 - (1.0 / 8388608));
        float factor = (float)exact;
        return factor > exact ? MathF.BitDecrement(factor) : factor;
    }
}
