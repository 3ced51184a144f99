// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    // Each thread leaves sixteen maxima: 512 groups keep every multiprocessor busy and leave 16 MB.
    private const int MostGroupsOfRows = 512;

    private IlgpuBuffer<double>? _largest, _largestFolded;

    private protected override void AccumulateRowsCore<TElement, TOp>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, ReadOnlySpan<TOp> ops, DeviceBuffer<long> integers, Span<double> largest)
    {
        if (integers.Length > 0)
        {
            Guarded(new Accumulation<TElement, TOp>(rows, ops, Own(integers), largest), static (device, s) =>
            {
                if (typeof(TElement) == typeof(float))
                {
                    device.Accumulate<TElement, TOp, Float4, Float4, Two<Long2>, uint, ByFour, float, SingleElement>(s);
                }
                else if (typeof(TElement) == typeof(double))
                {
                    device.Accumulate<TElement, TOp, Double2, Two<Double2>, Two<Long2>, double, WideByFour, double, DoubleElement>(s);
                }
                else if (typeof(TElement) == typeof(System.Half))
                {
                    device.Accumulate<
                        TElement, TOp, Word4, Word4, Two<Two<Long2>>, uint, ByEight<HalfElement>, ushort, HalfElement>(s);
                }
                else
                {
                    device.Accumulate<
                        TElement, TOp, Word4, Word4, Two<Two<Long2>>, uint, ByEight<BFloat16Element>, ushort, BFloat16Element>(s);
                }
            });
        }
    }

    /// <summary>Group after group of rows: whole packs of columns, then what is left one by one, then the maxima.</summary>
    private void Accumulate<TElement, TOp, TUnit, TPack, TSums, TLargest, TRows, TRaw, TOne>(Accumulation<TElement, TOp> s)
        where TElement : unmanaged
        where TOp : unmanaged, IAccumulate
        where TUnit : unmanaged
        where TPack : unmanaged
        where TSums : unmanaged
        where TLargest : unmanaged
        where TRows : struct, IIntegerPack<TUnit, TPack, Long2, TSums, TLargest>
        where TRaw : unmanaged
        where TOne : struct, IElement<TRaw, TLargest>
    {
        long n = s.Integers.Length;
        for (int r = 0; r < s.Rows.Count; r += ListAccumulateDriver.RowsPerLaunch)
        {
            int count = Math.Min(ListAccumulateDriver.RowsPerLaunch, s.Rows.Count - r);
            long packs = StartOnPacks(s.Rows, r, count, TRows.Columns, s.Integers.Start) ? n / TRows.Columns : 0;
            long rest = packs * TRows.Columns, pitch = Threads(packs > 0 ? packs : n);
            Scratch(ref _largest, pitch * ListAccumulateDriver.RowsPerLaunch);
            AccumulateGroup<TElement, TOp, TUnit, TPack, Long2, TSums, TLargest, TRows>(s, r, count, pitch, 0, packs);
            AccumulateGroup<TElement, TOp, TRaw, TRaw, long, long, TLargest, ByOne<TRaw, TOne, TLargest>>(s, r, count, pitch, rest, n);
            FoldLargest(s.Largest.Slice(r, count), pitch);
        }
    }

    private void AccumulateGroup<TElement, TOp, TUnit, TPack, TOut, TSums, TLargest, TRows>(
        Accumulation<TElement, TOp> s, int first, int count, long pitch, long begin, long end)
        where TElement : unmanaged
        where TOp : unmanaged, IAccumulate
        where TUnit : unmanaged
        where TPack : unmanaged
        where TOut : unmanaged
        where TSums : unmanaged
        where TLargest : unmanaged
        where TRows : struct, IIntegerPack<TUnit, TPack, TOut, TSums, TLargest>
    {
        if (begin == end)
        {
            return;
        }

        Block16<ArrayView<TUnit>> views = default;
        Block16<long> starts = default;
        Block16<TOp> ops = default;
        Place(s.Rows, first, count, TRows.Columns, Elements(ref views), Elements(ref starts));
        s.Ops.Slice(first, count).CopyTo(Elements(ref ops));
        var start = _compiler.Load<ListAccumulateDriver.Launcher<TUnit, TOut, TOp>>(
            ListAccumulateDriver.Rows<TUnit, TPack, TOut, TSums, TLargest, TRows, TOp>);
        start(
            Stream, Grid(end - begin, MostGroupsOfRows), views, s.Integers.Whole<TOut>(), _largest!.Whole<double>(), starts, ops,
            count, begin == 0 ? 0 : 1, s.Integers.Start / TRows.Columns, pitch, begin, end);
    }

    private long Threads(long steps) => Grid(steps, MostGroupsOfRows).Size;

    /// <summary>Every thread's maxima become one for each row: by eight on the device while they are many, then here.</summary>
    private void FoldLargest(Span<double> largest, long pitch)
    {
        var op = new FirstOnlyReduce<FiniteMaxAbs>(default);
        IlgpuBuffer<double> from = _largest!;
        while (pitch > 256 && pitch % 8 == 0)
        {
            pitch /= 8;
            ref IlgpuBuffer<double>? to = ref ReferenceEquals(from, _largest) ? ref _largestFolded : ref _largest;
            Fold(from, Scratch(ref to, pitch * largest.Length), 0, 0, pitch * largest.Length, op);
            from = to!;
        }

        Span<double> found = Results(from, checked((int)(pitch * largest.Length)));
        for (int i = 0; i < found.Length; i++)
        {
            ref double row = ref largest[i / (int)pitch];
            row = Math.Max(row, found[i]);
        }
    }

    private readonly ref struct Accumulation<TElement, TOp>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, ReadOnlySpan<TOp> ops, IlgpuBuffer<long> integers, Span<double> largest)
        where TElement : unmanaged
    {
        public readonly IReadOnlyList<DeviceBuffer<TElement>> Rows = rows;

        public readonly ReadOnlySpan<TOp> Ops = ops;

        public readonly IlgpuBuffer<long> Integers = integers;

        public readonly Span<double> Largest = largest;
    }
}
