// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>max |x[i] + y[i]|, and +∞ if one of them, or their sum as float32, is not finite.</summary>
internal readonly struct FiniteMaxAbsOfSum : IReduce2
{
    public static int MaxUlp => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWide Term<TWide, TLong>(TWide x, TWide y)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong>
    {
        // From 2¹²⁸ − 2¹⁰³ on a sum rounds to infinity; NaN is not below it either.
        TWide sum = TWide.Abs(x + y), infinity = TWide.Splat(double.PositiveInfinity);
        return TWide.SelectGreater(TWide.Splat(3.4028235677973366e38), sum, sum, infinity);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWide Combine<TWide, TLong>(TWide accumulated, TWide next)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong> => TWide.SelectGreater(next, accumulated, next, accumulated);
}
