// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void RowCombineCore<TOp>(
        DeviceMatrix rows, DeviceBuffer<float> weights, DeviceBuffer<float> destination, TOp op) =>
        Guarded((X: Own(rows.Storage), W: Own(weights), D: Own(destination), rows, op), static (device, s) =>
        {
            (IlgpuBuffer<float> x, IlgpuBuffer<float> w, IlgpuBuffer<float> d) = (s.X, s.W, s.D);
            long n = s.rows.Columns, quads = n / 4;
            if (n % 4 == 0 && x.Start % 4 == 0 && d.Start % 4 == 0)
            {
                var start = device._compiler.Load<MatrixCombineDriver.Launcher<Float4, TOp>>(MatrixCombineDriver.Quads<TOp>);
                start(
                    device.Stream, device.Grid(quads), x.Whole<Float4>(), w.Whole<float>(), d.Whole<Float4>(),
                    x.Start / 4, w.Start, d.Start / 4, s.rows.Rows, quads, s.op);
            }
            else
            {
                var start = device._compiler.Load<MatrixCombineDriver.Launcher<float, TOp>>(MatrixCombineDriver.Singles<TOp>);
                start(
                    device.Stream, device.Grid(n), x.Whole<float>(), w.Whole<float>(), d.Whole<float>(),
                    x.Start, w.Start, d.Start, s.rows.Rows, n, s.op);
            }
        });

    private protected override void RowCombineCore<TElement, TOp>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, ReadOnlySpan<float> weights, DeviceBuffer<float> destination, TOp op) =>
        Guarded(new Combination<TElement, TOp>(rows, weights, Own(destination), op), static (device, s) =>
        {
            if (typeof(TElement) == typeof(float))
            {
                device.Combine<TElement, TOp, Float4, Float4, Float4, ByFour, float, SingleElement, uint>(s);
            }
            else if (typeof(TElement) == typeof(double))
            {
                device.Combine<TElement, TOp, Double2, Two<Double2>, Float4, WideByFour, double, DoubleElement, double>(s);
            }
            else if (typeof(TElement) == typeof(System.Half))
            {
                device.Combine<TElement, TOp, Word4, Word4, Two<Float4>, ByEight<HalfElement>, ushort, HalfElement, uint>(s);
            }
            else
            {
                device.Combine<TElement, TOp, Word4, Word4, Two<Float4>, ByEight<BFloat16Element>, ushort, BFloat16Element, uint>(s);
            }
        });

    /// <summary>Group after group of rows: whole packs of columns, then what is left one by one.</summary>
    private void Combine<TElement, TOp, TUnit, TPack, TSums, TRows, TRaw, TOne, TLargest>(Combination<TElement, TOp> s)
        where TElement : unmanaged
        where TOp : unmanaged, IRowCombine
        where TUnit : unmanaged
        where TPack : unmanaged
        where TSums : unmanaged
        where TRows : struct, ICombinePack<TUnit, TPack, Float4, TSums>
        where TRaw : unmanaged
        where TOne : struct, IElement<TRaw, TLargest>
        where TLargest : unmanaged
    {
        long n = s.Destination.Length;
        for (int r = 0; r < s.Rows.Count; r += ListCombineDriver.RowsPerLaunch)
        {
            int count = Math.Min(ListCombineDriver.RowsPerLaunch, s.Rows.Count - r);
            long packs = StartOnPacks(s.Rows, r, count, TRows.Columns, s.Destination.Start) ? n / TRows.Columns : 0;
            CombineGroup<TElement, TOp, TUnit, TPack, Float4, TSums, TRows>(s, r, count, 0, packs);
            CombineGroup<TElement, TOp, TRaw, TRaw, float, float, ByOne<TRaw, TOne, TLargest>>(s, r, count, packs * TRows.Columns, n);
        }
    }

    private void CombineGroup<TElement, TOp, TUnit, TPack, TOut, TSums, TRows>(
        Combination<TElement, TOp> s, int first, int count, long begin, long end)
        where TElement : unmanaged
        where TOp : unmanaged, IRowCombine
        where TUnit : unmanaged
        where TPack : unmanaged
        where TOut : unmanaged
        where TSums : unmanaged
        where TRows : struct, ICombinePack<TUnit, TPack, TOut, TSums>
    {
        if (begin == end)
        {
            return;
        }

        Block16<ArrayView<TUnit>> views = default;
        Block16<long> starts = default;
        Block16<float> weights = default;
        Place(s.Rows, first, count, TRows.Columns, Elements(ref views), Elements(ref starts));
        s.Weights.Slice(first, count).CopyTo(Elements(ref weights));
        var start = _compiler.Load<ListCombineDriver.Launcher<TUnit, TOut, TOp>>(
            ListCombineDriver.Rows<TUnit, TPack, TOut, TSums, TRows, TOp>);
        start(
            Stream, Grid(end - begin), views, s.Destination.Whole<TOut>(), starts, weights, count, first == 0 ? 0 : 1,
            s.Destination.Start / TRows.Columns, begin, end, s.Op);
    }

    /// <summary>True if all these windows start on a pack of so many columns.</summary>
    private static bool StartOnPacks<TElement>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, int first, int count, int columns, long other)
        where TElement : unmanaged
    {
        for (int k = 0; k < count; k++)
        {
            other |= Own(rows[first + k]).Start;
        }

        return (other & (columns - 1)) == 0;
    }

    /// <summary>Where the rows of a group lie. The last one stands for those that are missing.</summary>
    private static void Place<TElement, TUnit>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, int first, int count, int columns,
        Span<ArrayView<TUnit>> views, Span<long> starts)
        where TElement : unmanaged
        where TUnit : unmanaged
    {
        for (int k = 0; k < views.Length; k++)
        {
            IlgpuBuffer<TElement> row = Own(rows[first + Math.Min(k, count - 1)]);
            (views[k], starts[k]) = (row.Whole<TUnit>(), row.Start / columns);
        }
    }

    private static Span<T> Elements<T>(ref Block16<T> block)
        where T : struct => MemoryMarshal.CreateSpan(ref block.R0, 16);

    private readonly ref struct Combination<TElement, TOp>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, ReadOnlySpan<float> weights, IlgpuBuffer<float> destination, TOp op)
        where TElement : unmanaged
    {
        public readonly IReadOnlyList<DeviceBuffer<TElement>> Rows = rows;

        public readonly ReadOnlySpan<float> Weights = weights;

        public readonly IlgpuBuffer<float> Destination = destination;

        public readonly TOp Op = op;
    }
}
