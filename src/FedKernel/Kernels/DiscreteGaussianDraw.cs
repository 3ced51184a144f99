// SPDX-License-Identifier: Apache-2.0
// The discrete Gaussian by scanned tables, constant-time · the tables, their law and their distance from it: DiscreteGaussianTable.
// Only + − × & ^ and shifts by constants: no branch and no address depends on a random word, on any device. A comparison of limbs of
// 31 bits is the sign of their difference; a borrow goes from limb to limb.
// Blocks of the stream: term t of step s has the blocks 2·Terms·s + 2t, whose sixteen words are sign (bit 31) and first stage of the
// sixteen samples, and the one after, whose words 0–2, 3–4, 5–6 and 7 are the four draws of the rest; the others are not used.
// The loops are over the public length of the table: they belong to the formula.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;
using FedKernel.Random;
using FedKernel.Random.Discrete;

namespace FedKernel.Kernels;

/// <summary>Sixteen samples at once from a counter stream and the words of a <see cref="DiscreteGaussianTable"/>.</summary>
internal static class DiscreteGaussianDraw
{
    private const uint Limb = 0x7FFFFFFF;

    /// <summary>The samples of the steps whose numbers are given.</summary>
    public static Block16<TWord> Draw<TStream, TTable, TWord>(TStream stream, DrawShape shape, TTable table, TWord step)
        where TStream : struct, ICounterStream
        where TTable : struct, IWordTable
        where TWord : struct, IWordLane<TWord>
    {
        Block16<TWord> sum = Zeros<TWord>();
        TWord block = step * TWord.Splat((uint)(2 * shape.Terms));
        for (int t = 0; t < shape.Terms; t++)
        {
            Block16<TWord> words = stream.Words(block + TWord.Splat((uint)(2 * t)));
            Block16<TWord> spare = stream.Words(block + TWord.Splat((uint)((2 * t) + 1)));
            Block16<TWord> magnitudes = CountFirst(shape, table, in words);
            CountRest(shape, table, in spare, out TWord next, out TWord second, out TWord third, out TWord fourth);
            TWord rest = TWord.Splat(table.Word(shape.First)), k = TWord.Splat(table.Word(shape.TermStart + t));
            sum.R0 += Finish(words.R0, magnitudes.R0, rest, k, ref next, ref second, ref third, fourth);
            sum.R1 += Finish(words.R1, magnitudes.R1, rest, k, ref next, ref second, ref third, fourth);
            sum.R2 += Finish(words.R2, magnitudes.R2, rest, k, ref next, ref second, ref third, fourth);
            sum.R3 += Finish(words.R3, magnitudes.R3, rest, k, ref next, ref second, ref third, fourth);
            sum.R4 += Finish(words.R4, magnitudes.R4, rest, k, ref next, ref second, ref third, fourth);
            sum.R5 += Finish(words.R5, magnitudes.R5, rest, k, ref next, ref second, ref third, fourth);
            sum.R6 += Finish(words.R6, magnitudes.R6, rest, k, ref next, ref second, ref third, fourth);
            sum.R7 += Finish(words.R7, magnitudes.R7, rest, k, ref next, ref second, ref third, fourth);
            sum.R8 += Finish(words.R8, magnitudes.R8, rest, k, ref next, ref second, ref third, fourth);
            sum.R9 += Finish(words.R9, magnitudes.R9, rest, k, ref next, ref second, ref third, fourth);
            sum.R10 += Finish(words.R10, magnitudes.R10, rest, k, ref next, ref second, ref third, fourth);
            sum.R11 += Finish(words.R11, magnitudes.R11, rest, k, ref next, ref second, ref third, fourth);
            sum.R12 += Finish(words.R12, magnitudes.R12, rest, k, ref next, ref second, ref third, fourth);
            sum.R13 += Finish(words.R13, magnitudes.R13, rest, k, ref next, ref second, ref third, fourth);
            sum.R14 += Finish(words.R14, magnitudes.R14, rest, k, ref next, ref second, ref third, fourth);
            sum.R15 += Finish(words.R15, magnitudes.R15, rest, k, ref next, ref second, ref third, fourth);
        }

        return sum;
    }

    /// <summary>k · ±magnitude; a word below the threshold of the rest takes the next draw of it, and the draws move up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWord Finish<TWord>(
        TWord word, TWord magnitude, TWord rest, TWord k, ref TWord next, ref TWord second, ref TWord third, TWord fourth)
        where TWord : struct, IWordLane<TWord>
    {
        TWord asks = IsBelow(word & TWord.Splat(Limb), rest), sign = word >> 31;
        TWord chosen = Select(asks, next, magnitude);
        next = Select(asks, second, next);
        second = Select(asks, third, second);
        third = Select(asks, fourth, third);
        return ((chosen ^ sign) - sign) * k;
    }

    /// <summary>For each of sixteen words, how many thresholds of the first stage are above it. Eight at a time, which registers hold.</summary>
    private static Block16<TWord> CountFirst<TTable, TWord>(DrawShape shape, TTable table, in Block16<TWord> words)
        where TTable : struct, IWordTable
        where TWord : struct, IWordLane<TWord>
    {
        TWord limb = TWord.Splat(Limb), zero = TWord.Splat(0);
        Block16<TWord> counts;
        TWord u0 = words.R0 & limb, u1 = words.R1 & limb, u2 = words.R2 & limb, u3 = words.R3 & limb;
        TWord u4 = words.R4 & limb, u5 = words.R5 & limb, u6 = words.R6 & limb, u7 = words.R7 & limb;
        TWord c0 = zero, c1 = zero, c2 = zero, c3 = zero, c4 = zero, c5 = zero, c6 = zero, c7 = zero;
        for (int j = 0; j < shape.First; j++)
        {
            TWord threshold = TWord.Splat(table.Word(j));
            c0 -= IsBelow(u0, threshold);
            c1 -= IsBelow(u1, threshold);
            c2 -= IsBelow(u2, threshold);
            c3 -= IsBelow(u3, threshold);
            c4 -= IsBelow(u4, threshold);
            c5 -= IsBelow(u5, threshold);
            c6 -= IsBelow(u6, threshold);
            c7 -= IsBelow(u7, threshold);
        }

        (counts.R0, counts.R1, counts.R2, counts.R3) = (c0, c1, c2, c3);
        (counts.R4, counts.R5, counts.R6, counts.R7) = (c4, c5, c6, c7);
        (u0, u1, u2, u3) = (words.R8 & limb, words.R9 & limb, words.R10 & limb, words.R11 & limb);
        (u4, u5, u6, u7) = (words.R12 & limb, words.R13 & limb, words.R14 & limb, words.R15 & limb);
        (c0, c1, c2, c3, c4, c5, c6, c7) = (zero, zero, zero, zero, zero, zero, zero, zero);
        for (int j = 0; j < shape.First; j++)
        {
            TWord threshold = TWord.Splat(table.Word(j));
            c0 -= IsBelow(u0, threshold);
            c1 -= IsBelow(u1, threshold);
            c2 -= IsBelow(u2, threshold);
            c3 -= IsBelow(u3, threshold);
            c4 -= IsBelow(u4, threshold);
            c5 -= IsBelow(u5, threshold);
            c6 -= IsBelow(u6, threshold);
            c7 -= IsBelow(u7, threshold);
        }

        (counts.R8, counts.R9, counts.R10, counts.R11) = (c0, c1, c2, c3);
        (counts.R12, counts.R13, counts.R14, counts.R15) = (c4, c5, c6, c7);
        return counts;
    }

    /// <summary>Four draws of the rest, which compare 93, 62, 62 and 31 bits.</summary>
    private static void CountRest<TTable, TWord>(
        DrawShape shape, TTable table, in Block16<TWord> spare, out TWord first, out TWord second, out TWord third, out TWord fourth)
        where TTable : struct, IWordTable
        where TWord : struct, IWordLane<TWord>
    {
        TWord limb = TWord.Splat(Limb), zero = TWord.Splat(0), a = zero, b = zero, c = zero, d = zero;
        TWord a0 = spare.R0 & limb, a1 = spare.R1 & limb, a2 = spare.R2 & limb, b0 = spare.R3 & limb, b1 = spare.R4 & limb;
        TWord c0 = spare.R5 & limb, c1 = spare.R6 & limb, d0 = spare.R7 & limb;
        for (int j = 0, at = shape.RestStart; j < shape.Rest; j++, at += 3)
        {
            TWord high = TWord.Splat(table.Word(at)), middle = TWord.Splat(table.Word(at + 1)), low = TWord.Splat(table.Word(at + 2));
            a -= (a0 - high + ((a1 - middle + IsBelow(a2, low)) >> 31)) >> 31;
            b -= (b0 - high + IsBelow(b1, middle)) >> 31;
            c -= (c0 - high + IsBelow(c1, middle)) >> 31;
            d -= IsBelow(d0, high);
        }

        (first, second, third, fourth) = (a, b, c, d);
    }

    /// <summary>All bits set where a &lt; b, else none; both below 2³¹.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWord IsBelow<TWord>(TWord a, TWord b)
        where TWord : struct, IWordLane<TWord> => (a - b) >> 31;

    /// <summary>a where the mask is set, else b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWord Select<TWord>(TWord mask, TWord a, TWord b)
        where TWord : struct, IWordLane<TWord> => b ^ (mask & (a ^ b));

    private static Block16<TWord> Zeros<TWord>()
        where TWord : struct, IWordLane<TWord>
    {
        TWord zero = TWord.Splat(0);
        Block16<TWord> block;
        (block.R0, block.R1, block.R2, block.R3, block.R4, block.R5, block.R6, block.R7) = (zero, zero, zero, zero, zero, zero, zero, zero);
        (block.R8, block.R9, block.R10, block.R11, block.R12, block.R13, block.R14, block.R15) =
            (zero, zero, zero, zero, zero, zero, zero, zero);
        return block;
    }
}
