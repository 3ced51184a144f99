// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>Shape RowCombine over a matrix: a step goes down four columns, or one where the rows are not aligned.</summary>
internal static class MatrixCombineDriver
{
    /// <summary>How the host starts a kernel of this class.</summary>
    public delegate void Launcher<TElement, TOp>(
        AcceleratorStream stream, KernelConfig config,
        ArrayView<TElement> rows, ArrayView<float> weights, ArrayView<TElement> destination,
        long rowsStart, long weightsStart, long destinationStart, long count, long end, TOp op)
        where TElement : unmanaged;

    /// <remarks>Starts of rows and destination, and the end, which is the length of a row, count quads.</remarks>
    public static void Quads<TOp>(
        ArrayView<Float4> rows, ArrayView<float> weights, ArrayView<Float4> destination,
        long rowsStart, long weightsStart, long destinationStart, long count, long end, TOp op)
        where TOp : unmanaged, IRowCombine
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            var sum = default(Float4);
            long at = rowsStart + i, r = 0;
            for (; r + 4 <= count; r += 4)
            {
                // Four loads on their way before the first is needed: no compiler on this path unrolls.
                Float4 v0 = rows[at], v1 = rows[at + end], v2 = rows[at + (2 * end)], v3 = rows[at + (3 * end)];
                sum = RowStep.Quad(op, sum, v0, weights[weightsStart + r]);
                sum = RowStep.Quad(op, sum, v1, weights[weightsStart + r + 1]);
                sum = RowStep.Quad(op, sum, v2, weights[weightsStart + r + 2]);
                sum = RowStep.Quad(op, sum, v3, weights[weightsStart + r + 3]);
                at += 4 * end;
            }

            for (; r < count; r++)
            {
                sum = RowStep.Quad(op, sum, rows[at], weights[weightsStart + r]);
                at += end;
            }

            destination[destinationStart + i] = sum;
        }
    }

    public static void Singles<TOp>(
        ArrayView<float> rows, ArrayView<float> weights, ArrayView<float> destination,
        long rowsStart, long weightsStart, long destinationStart, long count, long end, TOp op)
        where TOp : unmanaged, IRowCombine
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            float sum = 0;
            long at = rowsStart + i;
            for (long r = 0; r < count; r++)
            {
                sum = RowStep.Single(op, sum, rows[at], weights[weightsStart + r]);
                at += end;
            }

            destination[destinationStart + i] = sum;
        }
    }
}
