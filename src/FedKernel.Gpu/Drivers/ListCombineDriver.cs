// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>
/// Shape RowCombine over a list of vectors, up to eight a launch. The destination carries the float32 sum from launch to launch,
/// which is what a register would hold, so the bits are those of one pass.
/// </summary>
internal static class ListCombineDriver
{
    /// <summary>Rows of a launch.</summary>
    public const int RowsPerLaunch = 8;

    /// <summary>How the host starts a kernel of this class.</summary>
    public delegate void Launcher<TElement, TOp>(
        AcceleratorStream stream, KernelConfig config,
        ArrayView<TElement> r0, ArrayView<TElement> r1, ArrayView<TElement> r2, ArrayView<TElement> r3,
        ArrayView<TElement> r4, ArrayView<TElement> r5, ArrayView<TElement> r6, ArrayView<TElement> r7,
        ArrayView<TElement> destination, RowGroup rows, long destinationStart, long first, long end, TOp op)
        where TElement : unmanaged;

    public static void Quads<TOp>(
        ArrayView<Float4> r0, ArrayView<Float4> r1, ArrayView<Float4> r2, ArrayView<Float4> r3,
        ArrayView<Float4> r4, ArrayView<Float4> r5, ArrayView<Float4> r6, ArrayView<Float4> r7,
        ArrayView<Float4> destination, RowGroup rows, long destinationStart, long first, long end, TOp op)
        where TOp : unmanaged, IRowCombine
    {
        long i = GridThread.Index(first);
        if (i >= end)
        {
            return;
        }

        // Loads do not wait for sums. A missing row repeats the last one: its load hits the cache, its step is not taken.
        Float4 v0 = r0[rows.Start0 + i], v1 = r1[rows.Start1 + i], v2 = r2[rows.Start2 + i], v3 = r3[rows.Start3 + i];
        Float4 v4 = r4[rows.Start4 + i], v5 = r5[rows.Start5 + i], v6 = r6[rows.Start6 + i], v7 = r7[rows.Start7 + i];
        var sum = default(Float4);
        if (rows.Continues != 0)
        {
            sum = destination[destinationStart + i];
        }

        int n = rows.Count;
        sum = RowStep.Quad(op, sum, v0, rows.Weight0);
        sum = RowStep.QuadIf(op, n > 1, sum, v1, rows.Weight1);
        sum = RowStep.QuadIf(op, n > 2, sum, v2, rows.Weight2);
        sum = RowStep.QuadIf(op, n > 3, sum, v3, rows.Weight3);
        sum = RowStep.QuadIf(op, n > 4, sum, v4, rows.Weight4);
        sum = RowStep.QuadIf(op, n > 5, sum, v5, rows.Weight5);
        sum = RowStep.QuadIf(op, n > 6, sum, v6, rows.Weight6);
        sum = RowStep.QuadIf(op, n > 7, sum, v7, rows.Weight7);
        destination[destinationStart + i] = sum;
    }

    public static void Singles<TOp>(
        ArrayView<float> r0, ArrayView<float> r1, ArrayView<float> r2, ArrayView<float> r3,
        ArrayView<float> r4, ArrayView<float> r5, ArrayView<float> r6, ArrayView<float> r7,
        ArrayView<float> destination, RowGroup rows, long destinationStart, long first, long end, TOp op)
        where TOp : unmanaged, IRowCombine
    {
        long i = GridThread.Index(first);
        if (i >= end)
        {
            return;
        }

        float v0 = r0[rows.Start0 + i], v1 = r1[rows.Start1 + i], v2 = r2[rows.Start2 + i], v3 = r3[rows.Start3 + i];
        float v4 = r4[rows.Start4 + i], v5 = r5[rows.Start5 + i], v6 = r6[rows.Start6 + i], v7 = r7[rows.Start7 + i];
        float sum = 0;
        if (rows.Continues != 0)
        {
            sum = destination[destinationStart + i];
        }

        int n = rows.Count;
        sum = RowStep.Single(op, sum, v0, rows.Weight0);
        sum = RowStep.SingleIf(op, n > 1, sum, v1, rows.Weight1);
        sum = RowStep.SingleIf(op, n > 2, sum, v2, rows.Weight2);
        sum = RowStep.SingleIf(op, n > 3, sum, v3, rows.Weight3);
        sum = RowStep.SingleIf(op, n > 4, sum, v4, rows.Weight4);
        sum = RowStep.SingleIf(op, n > 5, sum, v5, rows.Weight5);
        sum = RowStep.SingleIf(op, n > 6, sum, v6, rows.Weight6);
        sum = RowStep.SingleIf(op, n > 7, sum, v7, rows.Weight7);
        destination[destinationStart + i] = sum;
    }
}
