// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>integers[i] += round(x[i] · scale): a term of an exact sum. Any order of the terms gives the same integers.</summary>
/// <remarks>
/// With a scale of at most 29 significant bits the product of a float32 is exact in float64, so the one rounding is to the grid,
/// to nearest even; a float64 is rounded to 53 bits before. Adding 1.5·2⁵² puts the integer into the low bits of the double.
/// What is not below 2⁵¹ there, NaN and infinity too, contributes 0: the caller looks at <see cref="FiniteMaxAbs"/> and refuses.
/// The opposite scale contributes the opposite integer, so an update that turns out wrong can be taken back without a trace.
/// </remarks>
/// <param name="scale">weight · 2^(bits after the point).</param>
public readonly struct FixedPointAccumulate(double scale) : IAccumulate
{
    /// <summary>Terms at or beyond this in magnitude, 2⁵¹, contribute 0.</summary>
    public const double Limit = 2251799813685248.0;

    private const double Magic = 6755399441055744.0;

    private readonly double _scale = scale;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLong Invoke<TWide, TLong>(TWide x)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong>
    {
        TWide term = x * TWide.Splat(_scale);
        TWide held = TWide.SelectGreater(TWide.Splat(Limit), TWide.Abs(term), term, TWide.Splat(0));
        return TWide.ToBits(held + TWide.Splat(Magic)) - TLong.Splat(0x4338_0000_0000_0000);
    }
}
