// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>integers[i] += round(x[i] · scale): a term of an exact sum. Any order of the terms gives the same integers.</summary>
/// <remarks>
/// With a scale of at most 29 significant bits the product of a float32 is exact in float64, so the one rounding is to the grid,
/// to nearest even; a float64 is rounded to 53 bits before. Adding 1.5·2⁵² puts the integer into the low bits of the double.
/// What would not stay below 2⁵¹ counts as 0, and so do NaN and infinity: the caller looks at the largest magnitude and refuses.
/// The opposite scale contributes the opposite integer, so an update that turns out wrong can be taken back without a trace.
/// </remarks>
/// <param name="scale">weight · 2^(bits after the point).</param>
public readonly struct FixedPointAccumulate(double scale) : IAccumulate
{
    // Terms stay below this in magnitude: 2⁵¹.
    private const double LargestTerm = 2251799813685248.0;

    private const double Magic = 6755399441055744.0;

    private readonly double _scale = scale;

    private readonly double _limit = LargestTerm / Math.Abs(scale);

    private readonly float _singleLimit = AtLeast(LargestTerm / Math.Abs(scale));

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    public double Limit => _limit;

    /// <inheritdoc/>
    public float SingleLimit => _singleLimit;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLong Invoke<TWide, TLong>(TWide x)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong> =>
        TWide.ToBits((x * TWide.Splat(_scale)) + TWide.Splat(Magic)) - TLong.Splat(0x4338_0000_0000_0000);

    // Rounded up: rounded to nearest it could be a float32 below the limit, which would then be kept out.
    private static float AtLeast(double limit)
    {
        float single = (float)limit;
        return single < limit ? MathF.BitIncrement(single) : single;
    }
}
