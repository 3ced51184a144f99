// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    // Rows of counts that the host adds up.
    private const long RowsOfHost = 1024;

    private IlgpuBuffer<Word4>? _countRows, _countSums, _countTotals;
    private Word4[] _hostCounts = [];

    private protected override void CountMagnitudesCore(DeviceBuffer<float> x, uint lowest, int shift, Span<long> counts)
    {
        if (x.Length > 0)
        {
            Guarded(new Counting(Own(x), lowest, shift, counts), static (device, s) =>
            {
                for (int begin = 0; begin < s.Counts.Length; begin += HistogramDriver.Ranges)
                {
                    ulong first = s.Lowest + ((ulong)begin << s.Shift);
                    if (first > int.MaxValue)
                    {
                        return;
                    }

                    Span<long> part = s.Counts[begin..Math.Min(begin + HistogramDriver.Ranges, s.Counts.Length)];
                    device.CountRanges(s.X, (uint)first, s.Shift, part);
                }
            });
        }
    }

    /// <remarks>
    /// Eight histograms of sixteen ranges instead of three of two thousand: those of a thread fit two registers, where larger ones would
    /// need atomics in memory that groups share. All of it is at the speed of memory, ten times through the vector.
    /// </remarks>
    private void CountRanges(IlgpuBuffer<float> x, uint lowest, int shift, Span<long> counts)
    {
        long n = x.Length, blocks = (n + HistogramDriver.PerBlock - 1) / HistogramDriver.PerBlock, rows = blocks * HistogramDriver.Lanes;
        long whole = x.Start % 4 == 0 ? n / HistogramDriver.PerBlock * HistogramDriver.Lanes : 0;
        IlgpuBuffer<Word4> bytes = Scratch(ref _countRows, rows);
        if (whole > 0)
        {
            var count = _compiler.Load<HistogramDriver.CountLauncher<Float4>>(HistogramDriver.CountQuads);
            count(Stream, Grid(whole), x.Whole<Float4>(), bytes.Whole<Word4>(), x.Start / 4, n, 0, whole, lowest, shift);
        }

        if (whole < rows)
        {
            var count = _compiler.Load<HistogramDriver.CountLauncher<float>>(HistogramDriver.CountSingles);
            count(Stream, Grid(rows - whole), x.Whole<float>(), bytes.Whole<Word4>(), x.Start, n, whole, rows, lowest, shift);
        }

        IlgpuBuffer<Word4> sums = FoldCounts(bytes, rows, out int left);
        if (_hostCounts.Length < 4 * left)
        {
            _hostCounts = new Word4[4 * left];
        }

        Span<Word4> host = _hostCounts.AsSpan(0, 4 * left);
        sums.CopyTo(host);
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<Word4, uint>(host);
        counts.Clear();
        for (int i = 0; i < words.Length; i++)
        {
            if (i % HistogramDriver.Ranges < counts.Length)
            {
                counts[i % HistogramDriver.Ranges] += words[i];
            }
        }
    }

    /// <summary>Adds rows up until the host can end it.</summary>
    private IlgpuBuffer<Word4> FoldCounts(IlgpuBuffer<Word4> bytes, long rows, out int left)
    {
        const int Group = HistogramDriver.Group;
        long sums = (rows + Group - 1) / Group;
        IlgpuBuffer<Word4> from = Scratch(ref _countSums, 4 * sums), to = Scratch(ref _countTotals, 4 * ((sums + Group - 1) / Group));
        var bytesUp = _compiler.Load<HistogramDriver.FoldLauncher>(HistogramDriver.FoldBytes);
        bytesUp(Stream, Grid(sums), bytes.Whole<Word4>(), from.Whole<Word4>(), rows, sums);
        while (sums > RowsOfHost)
        {
            long next = (sums + Group - 1) / Group;
            var wordsUp = _compiler.Load<HistogramDriver.FoldLauncher>(HistogramDriver.FoldWords);
            wordsUp(Stream, Grid(4 * next), from.Whole<Word4>(), to.Whole<Word4>(), sums, 4 * next);
            (from, to, sums) = (to, from, next);
        }

        left = (int)sums;
        return from;
    }

    private readonly struct Histogram(IlgpuDevice device, IlgpuBuffer<float> x) : IMagnitudeHistogram
    {
        public void Count(uint lowest, int shift, Span<long> counts) => device.CountRanges(x, lowest, shift, counts);
    }

    private readonly ref struct Counting(IlgpuBuffer<float> x, uint lowest, int shift, Span<long> counts)
    {
        public IlgpuBuffer<float> X { get; } = x;

        public uint Lowest { get; } = lowest;

        public int Shift { get; } = shift;

        public Span<long> Counts { get; } = counts;
    }
}
