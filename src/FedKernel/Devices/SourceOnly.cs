// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices;

/// <summary>The source as it is, for a pass that takes a sampling kernel and needs none.</summary>
internal readonly struct SourceOnly : ISample
{
    public static int MaxUlp => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pair<TLane, TWord>(TWord u, TWord v, out TLane first, out TLane second)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        first = TLane.Splat(0);
        second = TLane.Splat(0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Apply<TLane, TWord>(TLane source, TLane sample)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => source;
}
