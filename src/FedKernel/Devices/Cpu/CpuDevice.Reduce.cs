// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
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
            switch (_width)
            {
                case SimdWidth.Bits512:
                    Run(new ReduceJob<TOp, Simd512Wide, Simd512Long>(px, py, results, n, op), n);
                    break;
                case SimdWidth.Bits256:
                    Run(new ReduceJob<TOp, Simd256Wide, Simd256Long>(px, py, results, n, op), n);
                    break;
                case SimdWidth.Bits128:
                    Run(new ReduceJob<TOp, Simd128Wide, Simd128Long>(px, py, results, n, op), n);
                    break;
                default:
                    Run(new ReduceJob<TOp, ScalarWide, ScalarLong>(px, py, results, n, op), n);
                    break;
            }

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
        var job = new ReduceRowsJob<TOp>(
            Pointer(rows.Storage), Pointer(y), Pointer(destination), rows.Rows, rows.Columns, rowsPerChunk, op);
        Run(job, rows.Rows, rowsPerChunk);
    }

    /// <summary>A block at a time: four registers of columns go down the sixteen rows together.</summary>
    private readonly struct ReduceJob<TOp, TWide, TLong>(float* x, float* y, double* results, long length, TOp op)
        : IChunkedJob
        where TOp : unmanaged, IReduce2
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>
    {
        private readonly float* _x = x, _y = y;
        private readonly double* _results = results;
        private readonly long _length = length;
        private readonly TOp _op = op;

        public void Run(long chunk)
        {
            double* columns = stackalloc double[ReductionTree.Columns];
            long i = chunk * Chunk, end = Math.Min(i + Chunk, _length);
            for (; i + ReductionTree.Block <= end; i += ReductionTree.Block)
            {
                _results[i / ReductionTree.Block] = RunBlock(_x + i, _y + i, columns);
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
                _results[i / ReductionTree.Block] = RunBlock(padded, padded + ReductionTree.Block, columns);
            }
        }

        private double RunBlock(float* x, float* y, double* columns)
        {
            TOp op = _op;
            int width = TWide.Count;
            for (int c = 0; c < ReductionTree.Columns; c += 4 * width)
            {
                TWide a0 = TWide.Splat(0), a1 = a0, a2 = a0, a3 = a0;
                float* px = x + c, py = y + c;
                for (int r = 0; r < ReductionTree.Rows; r++)
                {
                    a0 = Step(op, a0, px, py);
                    a1 = Step(op, a1, px + width, py + width);
                    a2 = Step(op, a2, px + (2 * width), py + (2 * width));
                    a3 = Step(op, a3, px + (3 * width), py + (3 * width));
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

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
        private static TWide Step(TOp op, TWide accumulated, float* x, float* y) =>
            op.Combine<TWide, TLong>(
                accumulated, op.Term<TWide, TLong>(TWide.LoadWidened(x), TWide.LoadWidened(y)));
    }

    private readonly struct ReduceRowsJob<TOp>(
        float* x, float* y, float* destination, long rows, long columns, long rowsPerChunk, TOp op) : IChunkedJob
        where TOp : unmanaged, IReduce2
    {
        private readonly float* _x = x, _y = y, _destination = destination;
        private readonly long _rows = rows, _columns = columns, _rowsPerChunk = rowsPerChunk;
        private readonly TOp _op = op;

        public void Run(long chunk)
        {
            TOp op = _op;
            long end = Math.Min((chunk + 1) * _rowsPerChunk, _rows);
            for (long r = chunk * _rowsPerChunk; r < end; r++)
            {
                float* x = _x + (r * _columns);
                ScalarWide sum = ScalarWide.Splat(0);
                for (long c = 0; c < _columns; c++)
                {
                    sum = op.Combine<ScalarWide, ScalarLong>(
                        sum, op.Term<ScalarWide, ScalarLong>(new ScalarWide(x[c]), new ScalarWide(_y[c])));
                }

                _destination[r] = (float)sum.Value;
            }
        }
    }
}
