// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>Σ |x|, in float64.</summary>
internal readonly struct L1Norm : IReduce1
{
    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWide Term<TWide, TLong>(TWide x)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong> => TWide.Abs(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWide Combine<TWide, TLong>(TWide accumulated, TWide next)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong> => accumulated + next;
}
