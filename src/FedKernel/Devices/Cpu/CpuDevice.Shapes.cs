// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Devices.Cpu.Loops;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
    private protected override void GenerateCore<TOp>(DeviceBuffer<float> destination, TOp op) =>
        MapCore(destination, destination, destination, new GeneratedMap<TOp>(op));

    private protected override void MapCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> destination, TOp op) =>
        MapCore(x, x, destination, new FirstOnlyMap<TOp>(op));

    private protected override void MapCore<TOp>(
        DeviceBuffer<float> x, DeviceBuffer<float> y, DeviceBuffer<float> destination, TOp op)
    {
        float* px = Pointer(x), py = Pointer(y), pd = Pointer(destination);
        long n = destination.Length;

        // A line that was read to be overwritten is in the cache already.
        if (px != pd && py != pd && IsBeyondCaches(n))
        {
            Run(new MapLoop<TOp, Streamed>(px, py, pd, n, op), n);
        }
        else
        {
            Run(new MapLoop<TOp, Cached>(px, py, pd, n, op), n);
        }
    }

    private protected override void SampleCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<float> destination, TOp op, long firstTile)
    {
        long n = destination.Length;
        Run(new SampleLoop<TOp>(Pointer(source), Pointer(destination), n, op, firstTile), n);
    }

    private protected override double ReduceCore<TOp>(DeviceBuffer<float> x, TOp op) =>
        ReduceCore(x, x, new FirstOnlyReduce<TOp>(op));

    private protected override double ReduceCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> y, TOp op)
    {
        float* px = Pointer(x), py = Pointer(y);
        long n = x.Length;
        int blocks = checked((int)ReductionTree.BlockCount(n));
        var results = (double*)NativeMemory.Alloc((nuint)blocks, sizeof(double));
        try
        {
            Run(new ReduceLoop<TOp>(px, py, results, n, op), n);
            return ReductionFold.Fold(new Span<double>(results, blocks), op);
        }
        finally
        {
            NativeMemory.Free(results);
        }
    }

    private protected override void ReduceRowsCore<TOp>(
        DeviceMatrix rows, DeviceBuffer<float> y, DeviceBuffer<float> destination, TOp op)
    {
        long rowsPerChunk = Math.Max(1, Chunk / (4 * rows.Columns));
        var loop = new ReduceRowsLoop<TOp>(
            Pointer(rows.Storage), Pointer(y), Pointer(destination), rows.Rows, rows.Columns, rowsPerChunk, op);
        Run(loop, rows.Rows, rowsPerChunk);
    }

    private protected override void AccumulateCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<long> integers, TOp op) =>
        Run(new AccumulateLoop<TOp>(Pointer(x), Pointer(integers), x.Length, op), x.Length);

    private protected override void ResolveCore<TOp>(DeviceBuffer<long> integers, DeviceBuffer<float> destination, TOp op) =>
        Run(new ResolveLoop<TOp>(Pointer(integers), Pointer(destination), integers.Length, op), integers.Length);

    private protected override void QuantizeCore<TBefore, TOp>(
        DeviceBuffer<float> source, DeviceBuffer<sbyte> codes, DeviceBuffer<float> scales, TBefore before, TOp op,
        long firstTile)
    {
        long n = source.Length;
        Run(new QuantizeLoop<TBefore, TOp>(Pointer(source), Pointer(codes), Pointer(scales), n, before, op, firstTile), n);
    }

    private protected override void DrawIntegersCore<TOp>(
        DeviceBuffer<int> source, DeviceBuffer<int> destination, DeviceBuffer<uint> table, TOp op, long firstTile) =>
        RunDraw<int, TOp>((uint*)Pointer(source), destination, table, op, firstTile);

    private protected override void DrawFloatsCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<int> destination, DeviceBuffer<uint> table, TOp op, long firstTile) =>
        RunDraw<float, TOp>((uint*)Pointer(source), destination, table, op, firstTile);

    private void RunDraw<TSource, TOp>(
        uint* source, DeviceBuffer<int> destination, DeviceBuffer<uint> table, TOp op, long firstTile)
        where TSource : unmanaged
        where TOp : unmanaged, IDraw<TSource>
    {
        long n = destination.Length;
        var words = new WordPointer(Pointer(table));
        Run(new DrawLoop<TSource, TOp>(source, (uint*)Pointer(destination), n, words, op, firstTile), n);
    }

    private static bool IsBeyondCaches(long elements) => elements > CacheSize.Last / sizeof(float);
}
