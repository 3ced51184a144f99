// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>A block at a time: four registers of columns go down the sixteen rows together.</summary>
internal readonly unsafe struct ReduceLoop<TOp>(float* x, float* y, double* results, long length, TOp op) : ILoop
    where TOp : unmanaged, IReduce2
{
    private readonly float* _x = x, _y = y;
    private readonly double* _results = results;
    private readonly long _length = length;
    private readonly TOp _op = op;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        double* columns = stackalloc double[ReductionTree.Columns];
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
        for (int c = 0; c < ReductionTree.Columns; c += 4 * width)
        {
            TWide a0 = TWide.Splat(0), a1 = a0, a2 = a0, a3 = a0;
            float* px = x + c, py = y + c;
            for (int r = 0; r < ReductionTree.Rows; r++)
            {
                a0 = Step<TWide, TLong>(op, a0, px, py);
                a1 = Step<TWide, TLong>(op, a1, px + width, py + width);
                a2 = Step<TWide, TLong>(op, a2, px + (2 * width), py + (2 * width));
                a3 = Step<TWide, TLong>(op, a3, px + (3 * width), py + (3 * width));
                px += ReductionTree.Columns;
                py += ReductionTree.Columns;
            }

            TWide.Store(a0, columns + c);
            TWide.Store(a1, columns + c + width);
            TWide.Store(a2, columns + c + (2 * width));
            TWide.Store(a3, columns + c + (3 * width));
        }

        return ReductionFold.FoldColumns(new Span<double>(columns, ReductionTree.Columns), op);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWide Step<TWide, TLong>(TOp op, TWide accumulated, float* x, float* y)
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong> =>
        op.Combine<TWide, TLong>(
            accumulated, op.Term<TWide, TLong>(TWide.LoadWidened(x), TWide.LoadWidened(y)));
}
