// SPDX-License-Identifier: Apache-2.0
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>Histograms of sixteen ranges of magnitudes without atomics: each thread counts in two registers, then rows of counts are added.</summary>
internal static class HistogramDriver
{
    /// <summary>Ranges of a histogram.</summary>
    public const int Ranges = 16;

    /// <summary>Threads that read neighbouring packs.</summary>
    public const int Lanes = 64;

    /// <summary>Elements that a thread counts: fewer than a byte holds.</summary>
    public const int PerLane = 240;

    /// <summary>Elements of the lanes together.</summary>
    public const int PerBlock = Lanes * PerLane;

    /// <summary>Rows of counts that a thread takes together.</summary>
    public const int Group = 64;

    /// <summary>How the host starts the kernels that count.</summary>
    public delegate void CountLauncher<TElement>(
        AcceleratorStream stream, KernelConfig config, ArrayView<TElement> x, ArrayView<Word4> counts,
        long start, long length, long begin, long end, uint lowest, int shift)
        where TElement : unmanaged;

    /// <summary>How the host starts the kernels that add counts up.</summary>
    public delegate void FoldLauncher(
        AcceleratorStream stream, KernelConfig config, ArrayView<Word4> counts, ArrayView<Word4> sums, long rows, long end);

    /// <summary>Whole blocks of aligned windows: a row of sixteen counts of a byte for each lane. The start counts quads.</summary>
    /// <remarks>The length is there so that both ways are called alike.</remarks>
    public static void CountQuads(
        ArrayView<Float4> x, ArrayView<Word4> counts, long start, long length, long begin, long end, uint lowest, int shift)
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            long at = start + (i / Lanes * (PerBlock / 4)) + (i & (Lanes - 1));
            var counted = default(ByteCounts);
            for (int step = 0; step < PerLane / 4; step += 4)
            {
                // Four loads on their way before the first is needed: no compiler on this path unrolls.
                Float4 x0 = x[at], x1 = x[at + Lanes], x2 = x[at + (2 * Lanes)], x3 = x[at + (3 * Lanes)];
                counted = counted.With(x0, lowest, shift).With(x1, lowest, shift).With(x2, lowest, shift).With(x3, lowest, shift);
                at += 4 * Lanes;
            }

            counts[i] = counted.ToPack();
        }
    }

    /// <summary>The same for windows off a pack and the last block.</summary>
    public static void CountSingles(
        ArrayView<float> x, ArrayView<Word4> counts, long start, long length, long begin, long end, uint lowest, int shift)
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            long at = (i / Lanes * PerBlock) + (i & (Lanes - 1)), last = Math.Min(at + PerBlock, length);
            var counted = default(ByteCounts);
            for (; at < last; at += Lanes)
            {
                counted = counted.With(x[start + at], lowest, shift);
            }

            counts[i] = counted.ToPack();
        }
    }

    /// <summary>Adds rows of bytes up: a step is a group of them, its result four packs.</summary>
    public static void FoldBytes(ArrayView<Word4> counts, ArrayView<Word4> sums, long rows, long end)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            Word4 a = default, b = default, c = default, d = default;
            for (long row = i * Group, last = Math.Min(row + Group, rows); row < last; row++)
            {
                Word4 bytes = counts[row];
                a = Plus(a, bytes.X);
                b = Plus(b, bytes.Y);
                c = Plus(c, bytes.Z);
                d = Plus(d, bytes.W);
            }

            sums[4 * i] = a;
            sums[(4 * i) + 1] = b;
            sums[(4 * i) + 2] = c;
            sums[(4 * i) + 3] = d;
        }
    }

    /// <summary>Adds those results up: a step is one pack of a group of them.</summary>
    public static void FoldWords(ArrayView<Word4> counts, ArrayView<Word4> sums, long rows, long end)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            Word4 sum = default;
            for (long row = i / 4 * Group, last = Math.Min(row + Group, rows); row < last; row++)
            {
                Word4 more = counts[(4 * row) + (i & 3)];
                sum.X += more.X;
                sum.Y += more.Y;
                sum.Z += more.Z;
                sum.W += more.W;
            }

            sums[i] = sum;
        }
    }

    private static Word4 Plus(Word4 sum, uint bytes)
    {
        sum.X += bytes & 0xFF;
        sum.Y += (bytes >> 8) & 0xFF;
        sum.Z += (bytes >> 16) & 0xFF;
        sum.W += bytes >> 24;
        return sum;
    }

    /// <summary>Sixteen counts of a byte.</summary>
    private struct ByteCounts
    {
        private ulong _low, _high;

        public readonly ByteCounts With(Float4 x, uint lowest, int shift) =>
            With(x.X, lowest, shift).With(x.Y, lowest, shift).With(x.Z, lowest, shift).With(x.W, lowest, shift);

        public readonly ByteCounts With(float x, uint lowest, int shift)
        {
            uint range = (Magnitude.Bits(x) - lowest) >> shift;
            ulong one = 1UL << (int)(8 * (range & 7));
            ByteCounts counts = this;
            counts._low += range < 8 ? one : 0UL;
            counts._high += (range >> 3) == 1 ? one : 0UL;
            return counts;
        }

        public readonly Word4 ToPack()
        {
            Word4 pack;
            pack.X = (uint)_low;
            pack.Y = (uint)(_low >> 32);
            pack.Z = (uint)_high;
            pack.W = (uint)(_high >> 32);
            return pack;
        }
    }
}
