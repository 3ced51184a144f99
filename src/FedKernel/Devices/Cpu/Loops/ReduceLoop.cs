// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>
/// A block at a time, row after row: memory is read in order, and the 256 columns are carried in the first cache. Four registers
/// down the rows would carry nothing, and read a quarter slower: no hardware foresees a step of a kilobyte.
/// </summary>
internal readonly unsafe struct ReduceLoop<TOp>(float* x, float* y, double* results, long length, TOp op) : ILoop
    where TOp : unmanaged, IReduce2
{
    private readonly float* _x = x, _y = y;
    private readonly double* _results = results;
    private readonly long _length = length;
    private readonly TOp _op = op;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        // Aligned, or every second access would touch two lines; a register more, for what the first folds read past the end.
        byte* unaligned = stackalloc byte[(sizeof(double) * (ReductionTree.Columns + 8)) + 64];
        var columns = (double*)(((nuint)unaligned + 63) & ~(nuint)63);
        new Span<double>(columns + ReductionTree.Columns, 8).Clear();
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length);
        for (; i + ReductionTree.Block <= end; i += ReductionTree.Block)
        {
            _results[i / ReductionTree.Block] = RunBlock<TWide, TLong>(_x + i, _y + i, columns);
        }

        if (i < end)
        {
            float* padded = stackalloc float[2 * ReductionTree.Block];
            var px = new Span<float>(padded, ReductionTree.Block);
            var py = new Span<float>(padded + ReductionTree.Block, ReductionTree.Block);
            px.Clear();
            py.Clear();
            new ReadOnlySpan<float>(_x + i, (int)(end - i)).CopyTo(px);
            new ReadOnlySpan<float>(_y + i, (int)(end - i)).CopyTo(py);
            _results[i / ReductionTree.Block] = RunBlock<TWide, TLong>(padded, padded + ReductionTree.Block, columns);
        }
    }

    private double RunBlock<TWide, TLong>(float* x, float* y, double* columns)
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>
    {
        TOp op = _op;
        int width = TWide.Count;
        for (int c = 0; c < ReductionTree.Columns; c += width)
        {
            TWide.Store(Step<TWide, TLong>(op, TWide.Splat(0), x + c, y + c), columns + c);
        }

        for (int r = 1; r < ReductionTree.Rows; r++)
        {
            x += ReductionTree.Columns;
            y += ReductionTree.Columns;
            for (int c = 0; c < ReductionTree.Columns; c += 4 * width)
            {
                Ahead(x + c);
                TWide a0 = Step<TWide, TLong>(op, TWide.Load(columns + c), x + c, y + c);
                TWide a1 = Step<TWide, TLong>(op, TWide.Load(columns + c + width), x + c + width, y + c + width);
                Ahead(x + c + (2 * width));
                float* u = x + c + (2 * width), v = y + c + (2 * width);
                TWide a2 = Step<TWide, TLong>(op, TWide.Load(columns + c + (2 * width)), u, v);
                TWide a3 = Step<TWide, TLong>(op, TWide.Load(columns + c + (3 * width)), u + width, v + width);
                TWide.Store(a0, columns + c);
                TWide.Store(a1, columns + c + width);
                TWide.Store(a2, columns + c + (2 * width));
                TWide.Store(a3, columns + c + (3 * width));
            }
        }

        return FoldColumns<TWide, TLong>(op, columns);
    }

    /// <summary>
    /// The fold of <see cref="ReductionFold.FoldColumns"/> in registers. A strand's four columns are neighbours, so a register and
    /// the one that begins a column further are combined: every second element of the result counts, then every fourth.
    /// </summary>
    private static double FoldColumns<TWide, TLong>(TOp op, double* columns)
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>
    {
        Fold<TWide, TLong>(op, columns, ReductionTree.Columns, 1);
        Fold<TWide, TLong>(op, columns, ReductionTree.Columns, 2);
        int half = ReductionTree.Columns / 2;
        for (; half > ReductionTree.ColumnsPerStrand; half /= 2)
        {
            Fold<TWide, TLong>(op, columns, half, half);
        }

        return One(op, columns[0], columns[half]);
    }

    /// <summary>columns[i] = columns[i] with columns[i + distance], for i below <paramref name="count"/>.</summary>
    private static void Fold<TWide, TLong>(TOp op, double* columns, int count, int distance)
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>
    {
        for (int i = 0; i < count; i += TWide.Count)
        {
            TWide a = TWide.Load(columns + i), b = TWide.Load(columns + i + distance);
            TWide.Store(op.Combine<TWide, TLong>(a, b), columns + i);
        }
    }

    private static double One(TOp op, double a, double b) =>
        op.Combine<ScalarWide, ScalarLong>(new ScalarWide(a), new ScalarWide(b)).Value;


    /// <summary>Asks for what the next block has at this place: the processor's own foresight ends at a page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ahead(float* x)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(x + ReductionTree.Block);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWide Step<TWide, TLong>(TOp op, TWide accumulated, float* x, float* y)
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong> =>
        op.Combine<TWide, TLong>(
            accumulated, op.Term<TWide, TLong>(TWide.LoadWidened(x), TWide.LoadWidened(default(TOp) is IFirstOnly ? x : y)));
}
