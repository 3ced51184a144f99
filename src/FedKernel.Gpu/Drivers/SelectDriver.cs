// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>
/// Selection of the largest magnitudes without atomics: histograms of sixteen ranges that each thread counts in two registers, then
/// what each segment of 64 elements has, where it puts it, and the segments themselves.
/// </summary>
internal static class SelectDriver
{
    /// <summary>Ranges of a histogram.</summary>
    public const int Ranges = 16;

    /// <summary>Threads that read neighbouring packs.</summary>
    public const int Lanes = 64;

    /// <summary>Elements that a thread counts: fewer than a byte holds.</summary>
    public const int PerLane = 240;

    /// <summary>Elements of the lanes together.</summary>
    public const int PerBlock = Lanes * PerLane;

    /// <summary>Elements of a segment.</summary>
    public const int Segment = 64;

    /// <summary>Rows of counts, or segments, that a thread takes together.</summary>
    public const int Group = 64;

    /// <summary>How the host starts the kernels that count.</summary>
    public delegate void CountLauncher<TElement>(
        AcceleratorStream stream, KernelConfig config, ArrayView<TElement> x, ArrayView<Word4> counts,
        long start, long length, long begin, long end, uint lowest, int shift)
        where TElement : unmanaged;

    /// <summary>How the host starts the kernels that add counts up.</summary>
    public delegate void FoldLauncher(
        AcceleratorStream stream, KernelConfig config, ArrayView<Word4> counts, ArrayView<Word4> sums, long rows, long end);

    /// <summary>How the host starts the kernels that look what a segment has.</summary>
    public delegate void TallyLauncher<TElement>(
        AcceleratorStream stream, KernelConfig config, ArrayView<TElement> x, ArrayView<ulong> tallies,
        long start, long length, long begin, long end, uint threshold)
        where TElement : unmanaged;

    /// <summary>How the host starts the kernel that adds tallies up.</summary>
    public delegate void ScanLauncher(
        AcceleratorStream stream, KernelConfig config, ArrayView<ulong> tallies, ArrayView<ulong> places, ArrayView<ulong> totals,
        long segments, long end);

    /// <summary>How the host starts the kernels that write.</summary>
    public delegate void PickLauncher<TElement>(
        AcceleratorStream stream, KernelConfig config, ArrayView<TElement> x, ArrayView<ulong> places, ArrayView<ulong> totals,
        ArrayView<uint> indices, ArrayView<float> values, Picks picks)
        where TElement : unmanaged;

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
            long at = (i / Lanes * PerBlock) + (i & (Lanes - 1)), last = at + PerBlock;
            last = last < length ? last : length;
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
            for (long row = i * Group, last = Least(row + Group, rows); row < last; row++)
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
            for (long row = i / 4 * Group, last = Least(row + Group, rows); row < last; row++)
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

    /// <summary>What each whole segment of an aligned window has: above the threshold in the upper half, equal to it in the lower.</summary>
    /// <remarks>The start counts quads; the length is there so that both ways are called alike.</remarks>
    public static void TallyQuads(
        ArrayView<Float4> x, ArrayView<ulong> tallies, long start, long length, long begin, long end, uint threshold)
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            long at = start + (i * (Segment / 4));
            ulong tally = 0;
            for (int step = 0; step < Segment / 4; step += 4)
            {
                Float4 x0 = x[at], x1 = x[at + 1], x2 = x[at + 2], x3 = x[at + 3];
                tally += Tally(x0, threshold) + Tally(x1, threshold) + Tally(x2, threshold) + Tally(x3, threshold);
                at += 4;
            }

            tallies[i] = tally;
        }
    }

    /// <summary>The same for windows off a pack and the last segment.</summary>
    public static void TallySingles(
        ArrayView<float> x, ArrayView<ulong> tallies, long start, long length, long begin, long end, uint threshold)
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            ulong tally = 0;
            for (long at = i * Segment, last = Least(at + Segment, length); at < last; at++)
            {
                tally += Tally(x[start + at], threshold);
            }

            tallies[i] = tally;
        }
    }

    /// <summary>Sums of the tallies before each in its group; the sums of groups go to the host.</summary>
    /// <remarks>Not in place: ILGPU moves a load behind a store to the same address.</remarks>
    public static void Scan(
        ArrayView<ulong> tallies, ArrayView<ulong> places, ArrayView<ulong> totals, long segments, long end)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            ulong sum = 0;
            for (long s = i * Group, last = Least(s + Group, segments); s < last; s++)
            {
                places[s] = sum;
                sum += tallies[s];
            }

            totals[i] = sum;
        }
    }

    /// <summary>Writes what whole segments of an aligned window have. The start counts quads.</summary>
    public static void PickQuads(
        ArrayView<Float4> x, ArrayView<ulong> places, ArrayView<ulong> totals, ArrayView<uint> indices, ArrayView<float> values,
        Picks picks)
    {
        for (long i = picks.Begin + GridThread.Index; i < picks.End; i += GridThread.Count)
        {
            Place place = picks.At(places[i] + totals[i / Group]);
            uint index = picks.FirstIndex + (uint)(i * Segment);
            long at = picks.Start + (i * (Segment / 4));
            for (int step = 0; step < Segment / 4; step++)
            {
                Float4 v = x[at + step];
                place = Put(place, picks, indices, values, v.X, index);
                place = Put(place, picks, indices, values, v.Y, index + 1);
                place = Put(place, picks, indices, values, v.Z, index + 2);
                place = Put(place, picks, indices, values, v.W, index + 3);
                index += 4;
            }
        }
    }

    /// <summary>The same for windows off a pack and the last segment.</summary>
    public static void PickSingles(
        ArrayView<float> x, ArrayView<ulong> places, ArrayView<ulong> totals, ArrayView<uint> indices, ArrayView<float> values,
        Picks picks)
    {
        for (long i = picks.Begin + GridThread.Index; i < picks.End; i += GridThread.Count)
        {
            Place place = picks.At(places[i] + totals[i / Group]);
            for (long at = i * Segment, last = Least(at + Segment, picks.Length); at < last; at++)
            {
                place = Put(place, picks, indices, values, x[picks.Start + at], picks.FirstIndex + (uint)at);
            }
        }
    }

    private static Place Put(Place place, Picks picks, ArrayView<uint> indices, ArrayView<float> values, float x, uint index)
    {
        uint magnitude = Magnitude(x);
        bool equal = magnitude == picks.Threshold;
        if (magnitude > picks.Threshold || (equal && place.Ties > 0))
        {
            indices[picks.IndicesStart + place.At] = index;
            values[picks.ValuesStart + place.At] = x;
            place.At++;
            place.Ties -= equal ? 1 : 0;
        }

        return place;
    }

    private static ulong Tally(Float4 x, uint threshold) =>
        Tally(x.X, threshold) + Tally(x.Y, threshold) + Tally(x.Z, threshold) + Tally(x.W, threshold);

    private static ulong Tally(float x, uint threshold)
    {
        uint magnitude = Magnitude(x);
        return magnitude > threshold ? 1UL << 32 : magnitude == threshold ? 1UL : 0UL;
    }

    private static uint Magnitude(float x) => ScalarLane.ToBits(new ScalarLane(x)).Value & 0x7FFF_FFFF;

    private static Word4 Plus(Word4 sum, uint bytes)
    {
        sum.X += bytes & 0xFF;
        sum.Y += (bytes >> 8) & 0xFF;
        sum.Z += (bytes >> 16) & 0xFF;
        sum.W += bytes >> 24;
        return sum;
    }

    private static long Least(long a, long b) => a < b ? a : b;

    /// <summary>Where a segment goes on to write.</summary>
    internal struct Place
    {
        /// <summary>The next place.</summary>
        public long At;

        /// <summary>How many that equal the threshold may still be taken.</summary>
        public long Ties;
    }

    /// <summary>What the kernels that write are told.</summary>
    internal struct Picks
    {
        public long Start, Length, Begin, End, IndicesStart, ValuesStart, Ties;

        public uint Threshold, FirstIndex;

        /// <summary>The place of a segment, from what all segments before it have.</summary>
        public readonly Place At(ulong before)
        {
            long above = (long)(before >> 32), equal = (long)(before & 0xFFFF_FFFF), taken = Least(equal, Ties);
            return new Place { At = above + taken, Ties = Ties - taken };
        }
    }

    /// <summary>Sixteen counts of a byte.</summary>
    private struct ByteCounts
    {
        private ulong _low, _high;

        public readonly ByteCounts With(Float4 x, uint lowest, int shift) =>
            With(x.X, lowest, shift).With(x.Y, lowest, shift).With(x.Z, lowest, shift).With(x.W, lowest, shift);

        public readonly ByteCounts With(float x, uint lowest, int shift)
        {
            uint range = (Magnitude(x) - lowest) >> shift;
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
