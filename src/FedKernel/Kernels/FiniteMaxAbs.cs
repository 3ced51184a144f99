// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>max |x[i]|, or +∞ if any value is NaN or infinite: one pass that admits an update or refuses it.</summary>
public readonly struct FiniteMaxAbs : IReduce1
{
    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWide Term<TWide, TLong>(TWide x)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong>
    {
        TWide infinity = TWide.Splat(double.PositiveInfinity);
        TWide magnitude = TWide.Abs(x);
        return TWide.SelectGreater(infinity, magnitude, magnitude, infinity);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWide Combine<TWide, TLong>(TWide accumulated, TWide next)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong> => TWide.SelectGreater(next, accumulated, next, accumulated);
}
