// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu.Loops;

namespace FedKernel.Devices.Cpu;

/// <remarks>
/// Selection in one pass over memory: a sample names a magnitude that some more than k are expected to reach, the pass keeps those
/// that do, and the radix select is among these few. The sample only guesses: if fewer than k reach it or far more, the radix select
/// is over the whole vector. Either way the result is the same.
/// </remarks>
public sealed unsafe partial class CpuDevice
{
    // Below this the whole vector is in the cache, and a sample costs more than it saves.
    private const long LeastSampled = 1 << 18;

    // Memory that is kept from one selection to the next.
    private const long MostKept = 64L << 20;

    private SelectScratch? _selectScratch;

    private protected override void SelectLargestCore(
        DeviceBuffer<float> x, DeviceBuffer<uint> indices, DeviceBuffer<float> values, uint firstIndex)
    {
        SelectScratch scratch = TakeScratch();
        long d = x.Length, k = indices.Length, segments = SegmentsOf(d);
        uint* from = (uint*)Pointer(x), names = null, pi = Pointer(indices), pv = (uint*)Pointer(values);
        bool isSampled = d >= LeastSampled && k <= d / 8;
        long candidates = isSampled ? CollectCandidates(from, d, k, firstIndex, scratch) : 0;
        if (candidates > 0)
        {
            from = scratch.Values(0);
            names = scratch.Indices(0);
        }
        else
        {
            FillSegments(scratch.Segments(segments), d);
        }

        if (candidates > 0 || !isSampled || !PlaceIfThreshold(from, segments, scratch.Lowest, k, scratch))
        {
            Span<long> counts = stackalloc long[MagnitudeHistogramLoop.MostRanges];
            var histogram = new Histogram(this, from, candidates > 0 ? candidates : d, scratch);
            (scratch.Lowest, long ties) = RadixSelect.Find(histogram, k, candidates > 0 ? scratch.Lowest : 0, counts);
            _ = TallySegments(from, segments, scratch.Lowest, scratch);
            _ = Place(segments, ties, scratch);
        }

        RunPick(from, names, firstIndex, segments, scratch.Lowest, scratch, pi, pv);
        PutBack(scratch);
    }

    private protected override (DeviceBuffer<uint> Indices, DeviceBuffer<float> Values) SelectAtLeastCore(
        DeviceBuffer<float> x, uint least, uint firstIndex)
    {
        SelectScratch scratch = TakeScratch();
        long d = x.Length, segments = SegmentsOf(d);
        FillSegments(scratch.Segments(segments), d);
        uint* from = (uint*)Pointer(x);
        _ = TallySegments(from, segments, least, scratch);
        long total = Place(segments, long.MaxValue, scratch);
        DeviceBuffer<uint> indices = Allocate<uint>(total);
        DeviceBuffer<float> values = Allocate<float>(total);
        RunPick(from, null, firstIndex, segments, least, scratch, Pointer(indices), (uint*)Pointer(values));
        PutBack(scratch);
        return (indices, values);
    }

    private protected override void CountMagnitudesCore(DeviceBuffer<float> x, uint lowest, int shift, Span<long> counts)
    {
        SelectScratch scratch = TakeScratch();
        CountMagnitudes((uint*)Pointer(x), x.Length, lowest, shift, counts, scratch);
        PutBack(scratch);
    }

    /// <summary>Keeps what reaches a guessed magnitude: all of the k largest and some more.</summary>
    /// <returns>How many, in the scratch memory; 0 if the guess was wrong.</returns>
    private long CollectCandidates(uint* x, long d, long k, uint firstIndex, SelectScratch scratch)
    {
        long segments = SegmentsOf(d), capacity = (2 * k) + (d / 256) + 1024;
        uint* values = scratch.Values(capacity), indices = scratch.Indices(capacity);
        long* used = scratch.Counter();
        *used = 0;
        scratch.Lowest = GuessThreshold(x, d, k, scratch);
        Run(new CandidateLoop(x, d, firstIndex, scratch.Lowest, scratch.Segments(segments), indices, values, capacity, used), d);
        return *used >= k && *used <= capacity ? *used : 0;
    }

    /// <summary>A magnitude that somewhat more than k elements are expected to reach, from lines of memory spread over the vector.</summary>
    private uint GuessThreshold(uint* x, long d, long k, SelectScratch scratch)
    {
        const int Lines = 4096, PerLine = 16, Count = Lines * PerLine;
        uint* sample = scratch.Sample(Count);
        long stride = d / Lines;
        for (int l = 0; l < Lines; l++)
        {
            // Spread within the stride, or data with a period could hide from all lines; which place does not matter.
            long at = (l * stride) + (long)(((ulong)((uint)l * 0x9E37_79B9) * (ulong)(stride - PerLine)) >> 32);
            new ReadOnlySpan<uint>(x + at, PerLine).CopyTo(new Span<uint>(sample + (l * PerLine), PerLine));
        }

        // Expected rank, and four times its deviation; twice that, because neighbours may be alike.
        double rank = (double)k / d * Count, margin = (8 * Math.Sqrt(rank)) + 16;
        Span<long> counts = stackalloc long[MagnitudeHistogramLoop.MostRanges];
        return RadixSelect.Find(new Histogram(this, sample, Count, scratch), Math.Min(Count, (long)(rank + margin)), 0, counts).Word;
    }

    /// <summary>Where the guess is the k-th largest itself, as in data of few different values, it is the threshold.</summary>
    private bool PlaceIfThreshold(uint* x, long segments, uint guess, long k, SelectScratch scratch)
    {
        (long atLeast, long above) = TallySegments(x, segments, guess, scratch);
        if (above >= k || k > atLeast)
        {
            return false;
        }

        _ = Place(segments, k - above, scratch);
        return true;
    }

    private (long AtLeast, long Above) TallySegments(uint* values, long segments, uint threshold, SelectScratch scratch)
    {
        Tally* tallies = scratch.Tallies(segments);
        Run(new TallyLoop(values, scratch.Segments(0), segments, threshold, tallies), segments, Segment.PerChunk);
        long atLeast = 0, above = 0;
        for (long s = 0; s < segments; s++)
        {
            atLeast += tallies[s].AtLeast;
            above += tallies[s].Above;
        }

        return (atLeast, above);
    }

    /// <summary>Gives each segment its ties, the first segments first, and its place.</summary>
    /// <returns>How many will be written.</returns>
    private static long Place(long segments, long ties, SelectScratch scratch)
    {
        Tally* tallies = scratch.Tallies(segments);
        long total = 0;
        for (long s = 0; s < segments; s++)
        {
            Tally* tally = tallies + s;
            tally->Ties = (int)Math.Min(ties, tally->AtLeast - tally->Above);
            tally->Start = total;
            total += tally->Above + tally->Ties;
            ties -= tally->Ties;
        }

        return total;
    }

    private void RunPick(
        uint* from, uint* names, uint firstIndex, long segments, uint threshold, SelectScratch scratch, uint* indices, uint* values)
    {
        Segment* pieces = scratch.Segments(segments);
        Tally* tallies = scratch.Tallies(segments);
        var loop = new PickLoop(from, names, firstIndex, pieces, segments, threshold, tallies, indices, values);
        Run(loop, segments, Segment.PerChunk);
    }

    private void CountMagnitudes(uint* values, long length, uint lowest, int shift, Span<long> counts, SelectScratch scratch)
    {
        const int MostRows = 64, LeastPerRow = 8192;
        long perRow = Math.Max(LeastPerRow, (length + MostRows - 1) / MostRows);
        int rows = (int)((length + perRow - 1) / perRow), ranges = counts.Length;
        uint* all = scratch.Rows(MostRows * MagnitudeHistogramLoop.MostRanges);
        Run(new MagnitudeHistogramLoop(values, length, perRow, lowest, shift, ranges, all), length, perRow);
        counts.Clear();
        for (int r = 0; r < rows; r++)
        {
            for (int b = 0; b < ranges; b++)
            {
                counts[b] += all[(r * ranges) + b];
            }
        }
    }

    private static long SegmentsOf(long d) => (d + Segment.Length - 1) / Segment.Length;

    private static void FillSegments(Segment* segments, long d)
    {
        for (long i = 0; i < d; i += Segment.Length)
        {
            *segments++ = new Segment { Start = i, Count = (int)Math.Min(Segment.Length, d - i) };
        }
    }

    /// <summary>Scratch memory for one selection at a time; a second thread gets its own.</summary>
    private SelectScratch TakeScratch() => Interlocked.Exchange(ref _selectScratch, null) ?? new SelectScratch();

    private void PutBack(SelectScratch scratch)
    {
        if (_disposed || scratch.Bytes > MostKept || Interlocked.CompareExchange(ref _selectScratch, scratch, null) is not null)
        {
            scratch.Dispose();
        }
    }

    private readonly struct Histogram(CpuDevice device, uint* values, long length, SelectScratch scratch) : IMagnitudeHistogram
    {
        public void Count(uint lowest, int shift, Span<long> counts) =>
            device.CountMagnitudes(values, length, lowest, shift, counts, scratch);
    }
}
