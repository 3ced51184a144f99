// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>Shape ReduceRows: a step is one row, from left to right.</summary>
internal static class ReduceRowsDriver
{
    /// <summary>How the host starts the kernel of this class.</summary>
    public delegate void Launcher<TOp>(
        AcceleratorStream stream, KernelConfig config,
        ArrayView<float> rows, ArrayView<float> y, ArrayView<float> destination,
        long rowsStart, long yStart, long destinationStart, long columns, long end, TOp op);

    public static void Rows<TOp>(
        ArrayView<float> rows, ArrayView<float> y, ArrayView<float> destination,
        long rowsStart, long yStart, long destinationStart, long columns, long end, TOp op)
        where TOp : unmanaged, IReduce2
    {
        for (long r = GridThread.Index; r < end; r += GridThread.Count)
        {
            long start = rowsStart + (r * columns);
            ScalarWide sum = ScalarWide.Splat(0);
            for (long c = 0; c < columns; c++)
            {
                var a = new ScalarWide(rows[start + c]);
                var b = new ScalarWide(y[yStart + c]);
                sum = op.Combine<ScalarWide, ScalarLong>(sum, op.Term<ScalarWide, ScalarLong>(a, b));
            }

            destination[destinationStart + r] = (float)sum.Value;
        }
    }
}
