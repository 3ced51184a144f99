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
    public Block16<TLane> Draw<TLane, TWord>(TWord block)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        Block16<TWord> words = _stream.Words(block);
        Block16<TLane> bits;
        bits.R0 = TLane.FromBits(words.R0);
        bits.R1 = TLane.FromBits(words.R1);
        bits.R2 = TLane.FromBits(words.R2);
        bits.R3 = TLane.FromBits(words.R3);
        bits.R4 = TLane.FromBits(words.R4);
        bits.R5 = TLane.FromBits(words.R5);
        bits.R6 = TLane.FromBits(words.R6);
        bits.R7 = TLane.FromBits(words.R7);
        bits.R8 = TLane.FromBits(words.R8);
        bits.R9 = TLane.FromBits(words.R9);
        bits.R10 = TLane.FromBits(words.R10);
        bits.R11 = TLane.FromBits(words.R11);
        bits.R12 = TLane.FromBits(words.R12);
        bits.R13 = TLane.FromBits(words.R13);
        bits.R14 = TLane.FromBits(words.R14);
        bits.R15 = TLane.FromBits(words.R15);
        return bits;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Apply<TLane, TWord>(TLane source, TLane sample)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => sample;
}
