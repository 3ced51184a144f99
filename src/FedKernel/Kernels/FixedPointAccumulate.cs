// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>integers[i] += round(x[i] · scale): a term of an exact sum. Any order of the terms gives the same integers.</summary>
/// <remarks>
/// With a scale of at most 29 significant bits the product is exact in float64, so the one rounding is to the grid, to nearest
/// even. Adding 1.5·2⁵² puts the integer into the low bits of the double; this needs |x · scale| &lt; 2⁵¹, which the caller
/// checks beforehand (<see cref="MaxAbs"/>): beyond it the result is not defined.
/// </remarks>
/// <param name="scale">weight · 2^(bits after the point).</param>
public readonly struct FixedPointAccumulate(double scale) : IAccumulate
{
    /// <summary>Terms must stay below this in magnitude: 2⁵¹.</summary>
    public const double Limit = 2251799813685248.0;

    private const double Magic = 6755399441055744.0;

    private readonly double _scale = scale;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLong Invoke<TWide, TLong>(TWide x)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong> =>
        TWide.ToBits((x * TWide.Splat(_scale)) + TWide.Splat(Magic)) - TLong.Splat(0x4338_0000_0000_0000);
}
