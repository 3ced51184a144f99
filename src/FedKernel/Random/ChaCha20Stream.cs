// SPDX-License-Identifier: Apache-2.0
// ChaCha20 · Y. Nir, A. Langley, RFC 8439, sections 2.1 to 2.3 (20 rounds, 32-bit block counter, 96-bit nonce).
// Parameters: key 256 bits; nonce = (round, purpose, tensor), 32 bits each; block counter 0 to 2³² − 1, so at most 2³⁶ elements
// under one nonce. A key must never meet the same (round, purpose, tensor) twice for different data.
// Different here: a lane holds as many blocks as it is wide, and all of them advance together.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Random;

/// <summary>The ChaCha20 key stream as a counter stream, for randomness that protects somebody.</summary>
/// <remarks>
/// The struct holds the key while a kernel runs, on a GPU in the parameter memory of the launch. Its time depends on the number
/// of blocks alone: nothing branches on the key or on a word of the stream.
/// </remarks>
public readonly struct ChaCha20Stream : ICounterStream
{
    private readonly uint _k0, _k1, _k2, _k3, _k4, _k5, _k6, _k7, _n0, _n1, _n2;

    internal ChaCha20Stream(ReadOnlySpan<uint> key, StreamId id)
    {
        (_k0, _k1, _k2, _k3) = (key[0], key[1], key[2], key[3]);
        (_k4, _k5, _k6, _k7) = (key[4], key[5], key[6], key[7]);
        (_n0, _n1, _n2) = (id.Round, (uint)id.Purpose, id.Tensor);
    }

    /// <inheritdoc/>
    public static bool IsCryptographic => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord>
    {
        TWord x0 = TWord.Splat(0x61707865), x1 = TWord.Splat(0x3320646e);
        TWord x2 = TWord.Splat(0x79622d32), x3 = TWord.Splat(0x6b206574);
        TWord x4 = TWord.Splat(_k0), x5 = TWord.Splat(_k1), x6 = TWord.Splat(_k2), x7 = TWord.Splat(_k3);
        TWord x8 = TWord.Splat(_k4), x9 = TWord.Splat(_k5), x10 = TWord.Splat(_k6), x11 = TWord.Splat(_k7);
        TWord x12 = block, x13 = TWord.Splat(_n0), x14 = TWord.Splat(_n1), x15 = TWord.Splat(_n2);
        for (int doubleRound = 0; doubleRound < 10; doubleRound++)
        {
            QuarterRound(ref x0, ref x4, ref x8, ref x12);
            QuarterRound(ref x1, ref x5, ref x9, ref x13);
            QuarterRound(ref x2, ref x6, ref x10, ref x14);
            QuarterRound(ref x3, ref x7, ref x11, ref x15);
            QuarterRound(ref x0, ref x5, ref x10, ref x15);
            QuarterRound(ref x1, ref x6, ref x11, ref x12);
            QuarterRound(ref x2, ref x7, ref x8, ref x13);
            QuarterRound(ref x3, ref x4, ref x9, ref x14);
        }

        Block16<TWord> words;
        words.R0 = x0 + TWord.Splat(0x61707865);
        words.R1 = x1 + TWord.Splat(0x3320646e);
        words.R2 = x2 + TWord.Splat(0x79622d32);
        words.R3 = x3 + TWord.Splat(0x6b206574);
        words.R4 = x4 + TWord.Splat(_k0);
        words.R5 = x5 + TWord.Splat(_k1);
        words.R6 = x6 + TWord.Splat(_k2);
        words.R7 = x7 + TWord.Splat(_k3);
        words.R8 = x8 + TWord.Splat(_k4);
        words.R9 = x9 + TWord.Splat(_k5);
        words.R10 = x10 + TWord.Splat(_k6);
        words.R11 = x11 + TWord.Splat(_k7);
        words.R12 = x12 + block;
        words.R13 = x13 + TWord.Splat(_n0);
        words.R14 = x14 + TWord.Splat(_n1);
        words.R15 = x15 + TWord.Splat(_n2);
        return words;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuarterRound<TWord>(ref TWord a, ref TWord b, ref TWord c, ref TWord d)
        where TWord : struct, IWordLane<TWord>
    {
        a += b;
        d = TWord.RotateLeft(d ^ a, 16);
        c += d;
        b = TWord.RotateLeft(b ^ c, 12);
        a += b;
        d = TWord.RotateLeft(d ^ a, 8);
        c += d;
        b = TWord.RotateLeft(b ^ c, 7);
    }
}
