// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 · J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 3.3.
// Parameters: key 64 bits = the simulation seed; counter = (block, part 0 to 3, round·purpose word, tensor).
// Different here: block b joins the four calls with parts 0 to 3, so that it yields sixteen words like a ChaCha20 block.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Random;

/// <summary>The Philox4x32-10 counter stream: fast, reproducible, and not for secrets.</summary>
public readonly struct PhiloxStream : ICounterStream
{
    private readonly uint _key0, _key1, _stream0, _stream1;

    /// <summary>A stream of a simulation.</summary>
    /// <param name="seed">Which simulation.</param>
    /// <param name="id">Which of its streams; <see cref="StreamId.Round"/> must be below 2²⁴.</param>
    public PhiloxStream(SimulationSeed seed, StreamId id)
    {
        Throw.IfNotInRange(id.Round, 0u, (1u << 24) - 1);
        (_key0, _key1) = ((uint)seed.Value, (uint)(seed.Value >> 32));
        (_stream0, _stream1) = ((id.Round << 8) | (uint)id.Purpose, id.Tensor);
    }

    /// <inheritdoc/>
    public static bool IsCryptographic => false;

    /// <inheritdoc/>
    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord>
    {
        Block16<TWord> words;
        TWord s0 = TWord.Splat(_stream0), s1 = TWord.Splat(_stream1);
        Philox(block, TWord.Splat(0), s0, s1, out words.R0, out words.R1, out words.R2, out words.R3);
        Philox(block, TWord.Splat(1), s0, s1, out words.R4, out words.R5, out words.R6, out words.R7);
        Philox(block, TWord.Splat(2), s0, s1, out words.R8, out words.R9, out words.R10, out words.R11);
        Philox(block, TWord.Splat(3), s0, s1, out words.R12, out words.R13, out words.R14, out words.R15);
        return words;
    }

    /// <summary>One call of Philox4x32-10 with this stream's key, for known-answer tests.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Philox<TWord>(
        TWord c0, TWord c1, TWord c2, TWord c3, out TWord r0, out TWord r1, out TWord r2, out TWord r3)
        where TWord : struct, IWordLane<TWord>
    {
        uint key0 = _key0, key1 = _key1;
        for (int round = 0; round < 10; round++)
        {
            TWord high0 = TWord.MultiplyHigh(c0, TWord.Splat(0xD2511F53));
            TWord low0 = c0 * TWord.Splat(0xD2511F53);
            TWord high1 = TWord.MultiplyHigh(c2, TWord.Splat(0xCD9E8D57));
            TWord low1 = c2 * TWord.Splat(0xCD9E8D57);
            c0 = high1 ^ c1 ^ TWord.Splat(key0);
            c1 = low1;
            c2 = high0 ^ c3 ^ TWord.Splat(key1);
            c3 = low0;
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }

        (r0, r1, r2, r3) = (c0, c1, c2, c3);
    }
}
