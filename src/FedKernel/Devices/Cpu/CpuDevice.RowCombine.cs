// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
    private protected override void RowCombineCore<TOp>(
        IReadOnlyList<DeviceBuffer<float>> rows, ReadOnlySpan<float> weights, DeviceBuffer<float> destination, TOp op)
    {
        int n = rows.Count;
        float** pointers = (float**)NativeMemory.Alloc((nuint)n, (nuint)sizeof(float*));
        try
        {
            for (int r = 0; r < n; r++)
            {
                pointers[r] = Pointer(rows[r]);
            }

            fixed (float* w = weights)
            {
                RowCombine(pointers, w, n, destination, op);
            }
        }
        finally
        {
            NativeMemory.Free(pointers);
        }
    }

    private protected override void RowCombineCore<TOp>(
        DeviceMatrix rows, DeviceBuffer<float> weights, DeviceBuffer<float> destination, TOp op)
    {
        float** pointers = (float**)NativeMemory.Alloc((nuint)rows.Rows, (nuint)sizeof(float*));
        try
        {
            float* first = Pointer(rows.Storage);
            for (long r = 0; r < rows.Rows; r++)
            {
                pointers[r] = first + (r * rows.Columns);
            }

            RowCombine(pointers, Pointer(weights), rows.Rows, destination, op);
        }
        finally
        {
            NativeMemory.Free(pointers);
        }
    }

    private void RowCombine<TOp>(float** rows, float* weights, long count, DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IRowCombine
    {
        float* pd = Pointer(destination);
        long n = destination.Length;
        switch (_width)
        {
            case SimdWidth.Bits512:
                Run(new RowCombineJob<TOp, Simd512Lane, Simd512Word>(rows, weights, count, pd, n, op), n);
                break;
            case SimdWidth.Bits256:
                Run(new RowCombineJob<TOp, Simd256Lane, Simd256Word>(rows, weights, count, pd, n, op), n);
                break;
            case SimdWidth.Bits128:
                Run(new RowCombineJob<TOp, Simd128Lane, Simd128Word>(rows, weights, count, pd, n, op), n);
                break;
            default:
                Run(new RowCombineJob<TOp, ScalarLane, ScalarWord>(rows, weights, count, pd, n, op), n);
                break;
        }
    }

    /// <summary>Four registers at a time go through all rows, so that a row's cache line is used whole.</summary>
    private readonly struct RowCombineJob<TOp, TLane, TWord>(
        float** rows, float* weights, long count, float* destination, long length, TOp op) : IChunkedJob
        where TOp : unmanaged, IRowCombine
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdLane<TLane, float>
        where TWord : unmanaged, IWordLane<TWord>
    {
        private readonly float** _rows = rows;
        private readonly float* _weights = weights, _destination = destination;
        private readonly long _count = count, _length = length;
        private readonly TOp _op = op;

        public void Run(long chunk)
        {
            TOp op = _op;
            float** rows = _rows;
            float* weights = _weights, d = _destination;
            long i = chunk * Chunk, end = Math.Min(i + Chunk, _length), count = _count, width = TLane.Count;
            for (; i + (4 * width) <= end; i += 4 * width)
            {
                TLane a0 = TLane.Splat(0), a1 = a0, a2 = a0, a3 = a0;
                for (long r = 0; r < count; r++)
                {
                    float* row = rows[r] + i;
                    TLane w = TLane.Splat(weights[r]);
                    a0 = op.Step<TLane, TWord>(a0, TLane.Load(row), w);
                    a1 = op.Step<TLane, TWord>(a1, TLane.Load(row + width), w);
                    a2 = op.Step<TLane, TWord>(a2, TLane.Load(row + (2 * width)), w);
                    a3 = op.Step<TLane, TWord>(a3, TLane.Load(row + (3 * width)), w);
                }

                TLane.Store(a0, d + i);
                TLane.Store(a1, d + i + width);
                TLane.Store(a2, d + i + (2 * width));
                TLane.Store(a3, d + i + (3 * width));
            }

            for (; i < end; i++)
            {
                ScalarLane a = ScalarLane.Splat(0);
                for (long r = 0; r < count; r++)
                {
                    a = op.Step<ScalarLane, ScalarWord>(a, new ScalarLane(rows[r][i]), new ScalarLane(weights[r]));
                }

                d[i] = a.Value;
            }
        }
    }
}
