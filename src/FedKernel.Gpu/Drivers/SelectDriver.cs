// SPDX-License-Identifier: Apache-2.0
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>
/// Selection of the elements above a threshold, and of the first that equal it, without atomics: what each segment of 64 elements has,
/// where it puts it, and the segments themselves.
/// </summary>
internal static class SelectDriver
{
    /// <summary>Elements of a segment.</summary>
    public const int Segment = 64;

    /// <summary>Segments that a thread takes together.</summary>
    public const int Group = 64;

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
            for (long at = i * Segment, last = Math.Min(at + Segment, length); at < last; at++)
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
            for (long s = i * Group, last = Math.Min(s + Group, segments); s < last; s++)
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
            for (long at = i * Segment, last = Math.Min(at + Segment, picks.Length); at < last; at++)
            {
                place = Put(place, picks, indices, values, x[picks.Start + at], picks.FirstIndex + (uint)at);
            }
        }
    }

    private static Place Put(Place place, Picks picks, ArrayView<uint> indices, ArrayView<float> values, float x, uint index)
    {
        uint magnitude = Magnitude.Bits(x);
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
        uint magnitude = Magnitude.Bits(x);
        return magnitude > threshold ? 1UL << 32 : magnitude == threshold ? 1UL : 0UL;
    }

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
            long above = (long)(before >> 32), equal = (long)(before & 0xFFFF_FFFF), taken = Math.Min(equal, Ties);
            return new Place { At = above + taken, Ties = Ties - taken };
        }
    }
}
