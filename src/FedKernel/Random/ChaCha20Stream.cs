// SPDX-License-Identifier: Apache-2.0
// ChaCha20 · Y. Nir, A. Langley, RFC 8439, sections 2.1 to 2.3 (20 rounds, 32-bit block counter, 96-bit nonce).
// Parameters: key 256 bits; nonce = (round, purpose, tensor), 32 bits each; block counter 0 to 2³² − 1, so at most 2³⁶ elements
// under one nonce. A key must never meet the same (round, purpose, tensor) twice for different data.
// Different here: a lane holds as many blocks as it is wide, and all of them advance together.
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
    /// <remarks>
    /// Four quarter rounds at a time, a step of each on a line. In one piece and without a mark to inline it: the compiler's budget
    /// grows with the method, and as part of another it would leave half of the additions as calls.
    /// </remarks>
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
            (x0, x1, x2, x3) = (x0 + x4, x1 + x5, x2 + x6, x3 + x7);
            (x12, x13) = (TWord.RotateLeft(x12 ^ x0, 16), TWord.RotateLeft(x13 ^ x1, 16));
            (x14, x15) = (TWord.RotateLeft(x14 ^ x2, 16), TWord.RotateLeft(x15 ^ x3, 16));
            (x8, x9, x10, x11) = (x8 + x12, x9 + x13, x10 + x14, x11 + x15);
            (x4, x5) = (TWord.RotateLeft(x4 ^ x8, 12), TWord.RotateLeft(x5 ^ x9, 12));
            (x6, x7) = (TWord.RotateLeft(x6 ^ x10, 12), TWord.RotateLeft(x7 ^ x11, 12));
            (x0, x1, x2, x3) = (x0 + x4, x1 + x5, x2 + x6, x3 + x7);
            (x12, x13) = (TWord.RotateLeft(x12 ^ x0, 8), TWord.RotateLeft(x13 ^ x1, 8));
            (x14, x15) = (TWord.RotateLeft(x14 ^ x2, 8), TWord.RotateLeft(x15 ^ x3, 8));
            (x8, x9, x10, x11) = (x8 + x12, x9 + x13, x10 + x14, x11 + x15);
            (x4, x5) = (TWord.RotateLeft(x4 ^ x8, 7), TWord.RotateLeft(x5 ^ x9, 7));
            (x6, x7) = (TWord.RotateLeft(x6 ^ x10, 7), TWord.RotateLeft(x7 ^ x11, 7));

            (x0, x1, x2, x3) = (x0 + x5, x1 + x6, x2 + x7, x3 + x4);
            (x15, x12) = (TWord.RotateLeft(x15 ^ x0, 16), TWord.RotateLeft(x12 ^ x1, 16));
            (x13, x14) = (TWord.RotateLeft(x13 ^ x2, 16), TWord.RotateLeft(x14 ^ x3, 16));
            (x10, x11, x8, x9) = (x10 + x15, x11 + x12, x8 + x13, x9 + x14);
            (x5, x6) = (TWord.RotateLeft(x5 ^ x10, 12), TWord.RotateLeft(x6 ^ x11, 12));
            (x7, x4) = (TWord.RotateLeft(x7 ^ x8, 12), TWord.RotateLeft(x4 ^ x9, 12));
            (x0, x1, x2, x3) = (x0 + x5, x1 + x6, x2 + x7, x3 + x4);
            (x15, x12) = (TWord.RotateLeft(x15 ^ x0, 8), TWord.RotateLeft(x12 ^ x1, 8));
            (x13, x14) = (TWord.RotateLeft(x13 ^ x2, 8), TWord.RotateLeft(x14 ^ x3, 8));
            (x10, x11, x8, x9) = (x10 + x15, x11 + x12, x8 + x13, x9 + x14);
            (x5, x6) = (TWord.RotateLeft(x5 ^ x10, 7), TWord.RotateLeft(x6 ^ x11, 7));
            (x7, x4) = (TWord.RotateLeft(x7 ^ x8, 7), TWord.RotateLeft(x4 ^ x9, 7));
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
}
