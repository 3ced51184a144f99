// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private IlgpuBuffer<ulong>? _tallies, _places, _tallyTotals;
    private ulong[] _hostTotals = [];

    private protected override void SelectLargestCore(
        DeviceBuffer<float> x, DeviceBuffer<uint> indices, DeviceBuffer<float> values, uint firstIndex) =>
        Guarded((X: Own(x), I: Own(indices), V: Own(values), firstIndex), static (device, s) =>
        {
            Span<long> counts = stackalloc long[HistogramDriver.Ranges];
            (uint threshold, long ties) = RadixSelect.Find(new Histogram(device, s.X), s.I.Length, 0, counts);
            device.Tally(s.X, threshold, ties);
            device.Pick(s.X, s.I, s.V, threshold, ties, s.firstIndex);
        });

    private protected override (DeviceBuffer<uint> Indices, DeviceBuffer<float> Values) SelectAtLeastCore(
        DeviceBuffer<float> x, uint least, uint firstIndex)
    {
        // The lock is held from counting to writing, because the scratch memory serves one selection at a time.
        lock (_gate)
        {
            long total = 0;
            Guarded(new Total(Own(x), least, ref total), static (device, s) => s.Result = device.Tally(s.X, s.Least, long.MaxValue));
            var indices = IlgpuBuffer<uint>.Allocate(this, total);
            var values = IlgpuBuffer<float>.Allocate(this, total);
            Guarded((X: Own(x), indices, values, least, firstIndex), static (device, s) =>
                device.Pick(s.X, s.indices, s.values, s.least, long.MaxValue, s.firstIndex));
            return (indices, values);
        }
    }

    /// <summary>Counts what each segment has and makes it the place where it writes.</summary>
    /// <returns>How many will be written.</returns>
    private long Tally(IlgpuBuffer<float> x, uint threshold, long ties)
    {
        const int Group = SelectDriver.Group;
        long n = x.Length, segments = (n + SelectDriver.Segment - 1) / SelectDriver.Segment;
        long whole = x.Start % 4 == 0 ? n / SelectDriver.Segment : 0;
        IlgpuBuffer<ulong> tallies = Scratch(ref _tallies, segments), places = Scratch(ref _places, segments);
        if (whole > 0)
        {
            var look = _compiler.Load<SelectDriver.TallyLauncher<Float4>>(SelectDriver.TallyQuads);
            look(Stream, Grid(whole), x.Whole<Float4>(), tallies.Whole<ulong>(), x.Start / 4, n, 0, whole, threshold);
        }

        if (whole < segments)
        {
            var look = _compiler.Load<SelectDriver.TallyLauncher<float>>(SelectDriver.TallySingles);
            look(Stream, Grid(segments - whole), x.Whole<float>(), tallies.Whole<ulong>(), x.Start, n, whole, segments, threshold);
        }

        int groups = (int)((segments + Group - 1) / Group);
        IlgpuBuffer<ulong> totals = Scratch(ref _tallyTotals, groups);
        var scan = _compiler.Load<SelectDriver.ScanLauncher>(SelectDriver.Scan);
        scan(Stream, Grid(groups), tallies.Whole<ulong>(), places.Whole<ulong>(), totals.Whole<ulong>(), segments, groups);
        if (_hostTotals.Length < groups)
        {
            _hostTotals = new ulong[groups];
        }

        Span<ulong> host = _hostTotals.AsSpan(0, groups);
        totals.CopyTo(host);
        ulong sum = 0;
        for (int g = 0; g < groups; g++)
        {
            (host[g], sum) = (sum, sum + host[g]);
        }

        totals.CopyFrom(host);
        return (long)(sum >> 32) + Math.Min(ties, (long)(sum & 0xFFFF_FFFF));
    }

    private void Pick(
        IlgpuBuffer<float> x, IlgpuBuffer<uint> indices, IlgpuBuffer<float> values, uint threshold, long ties, uint firstIndex)
    {
        long n = x.Length, segments = (n + SelectDriver.Segment - 1) / SelectDriver.Segment;
        long whole = x.Start % 4 == 0 ? n / SelectDriver.Segment : 0;
        var picks = new SelectDriver.Picks
        {
            Start = x.Start / 4,
            Length = n,
            End = whole,
            IndicesStart = indices.Start,
            ValuesStart = values.Start,
            Ties = ties,
            Threshold = threshold,
            FirstIndex = firstIndex,
        };
        if (whole > 0)
        {
            var pick = _compiler.Load<SelectDriver.PickLauncher<Float4>>(SelectDriver.PickQuads);
            pick(
                Stream, Grid(whole), x.Whole<Float4>(), _places!.Whole<ulong>(), _tallyTotals!.Whole<ulong>(),
                indices.Whole<uint>(), values.Whole<float>(), picks);
        }

        if (whole < segments)
        {
            (picks.Start, picks.Begin, picks.End) = (x.Start, whole, segments);
            var pick = _compiler.Load<SelectDriver.PickLauncher<float>>(SelectDriver.PickSingles);
            pick(
                Stream, Grid(segments - whole), x.Whole<float>(), _places!.Whole<ulong>(), _tallyTotals!.Whole<ulong>(),
                indices.Whole<uint>(), values.Whole<float>(), picks);
        }
    }

    private readonly ref struct Total(IlgpuBuffer<float> x, uint least, ref long result)
    {
        private readonly ref long _result = ref result;

        public IlgpuBuffer<float> X { get; } = x;

        public uint Least { get; } = least;

        public long Result
        {
            set => _result = value;
        }
    }
}
