// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Kernels;

/// <summary>The raw words of a counter stream, stored as the bits of floats: the bit pattern is the result, not the number.</summary>
/// <typeparam name="TStream">The stream.</typeparam>
/// <param name="stream">Where the words come from.</param>
public readonly struct StreamWords<TStream>(TStream stream) : ISample
    where TStream : struct, ICounterStream
{
    private readonly TStream _stream = stream;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => _stream.Words(block);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pair<TLane, TWord>(TWord u, TWord v, out TLane first, out TLane second)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        first = TLane.FromBits(u);
        second = TLane.FromBits(v);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Apply<TLane, TWord>(TLane source, TLane sample)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => sample;
}
