// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices;

/// <summary>A map of one vector as one of two that ignores the second: each device then needs one loop.</summary>
internal readonly struct FirstOnlyMap<TOp>(TOp op) : IMap2, IFirstOnly
    where TOp : unmanaged, IMap1
{
    private readonly TOp _op = op;

    public static int MaxUlp => TOp.MaxUlp;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x, TLane y)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => _op.Invoke<TLane, TWord>(x);
}
