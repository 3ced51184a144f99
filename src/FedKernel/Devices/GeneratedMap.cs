// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices;

/// <summary>A generated vector as a map that ignores both of its inputs: each device then needs one loop.</summary>
internal readonly struct GeneratedMap<TOp>(TOp op) : IMap2
    where TOp : unmanaged, IGenerate
{
    private readonly TOp _op = op;

    public static int MaxUlp => TOp.MaxUlp;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x, TLane y)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => _op.Invoke<TLane, TWord>();
}
