// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices;

/// <summary>A reduction of one vector as one of two that ignores the second: each device then needs one loop.</summary>
internal readonly struct FirstOnlyReduce<TOp>(TOp op) : IReduce2, IFirstOnly
    where TOp : unmanaged, IReduce1
{
    private readonly TOp _op = op;

    public static int MaxUlp => TOp.MaxUlp;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWide Term<TWide, TLong>(TWide x, TWide y)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong> => _op.Term<TWide, TLong>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWide Combine<TWide, TLong>(TWide accumulated, TWide next)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong> => _op.Combine<TWide, TLong>(accumulated, next);
}
