// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>
/// Shape RowCombine over a list of vectors, up to sixteen a launch. The destination carries the float32 sum from launch to
/// launch, which is what a register would hold, so the bits are those of one pass.
/// </summary>
/// <remarks>
/// Eight loads go on their way before the first is needed: with them a multiprocessor has twice the bytes in flight that its
/// memory can deliver in one latency. Sixteen would cost 32 registers more and so half of the threads.
/// </remarks>
internal static class ListCombineDriver
{
    /// <summary>Rows of a launch.</summary>
    public const int RowsPerLaunch = 16;

    /// <summary>How the host starts a kernel of this class. Starts, begin and end count packs.</summary>
    public delegate void Launcher<TUnit, TOut, TOp>(
        AcceleratorStream stream, KernelConfig config, Block16<ArrayView<TUnit>> rows, ArrayView<TOut> destination,
        Block16<long> starts, Block16<float> weights, int count, int continues,
        long destinationStart, long begin, long end, TOp op)
        where TUnit : unmanaged
        where TOut : unmanaged;

    public static void Rows<TUnit, TPack, TOut, TSums, TRows, TOp>(
        Block16<ArrayView<TUnit>> rows, ArrayView<TOut> destination,
        Block16<long> starts, Block16<float> weights, int count, int continues,
        long destinationStart, long begin, long end, TOp op)
        where TUnit : unmanaged
        where TPack : unmanaged
        where TOut : unmanaged
        where TSums : unmanaged
        where TRows : struct, ICombinePack<TUnit, TPack, TOut, TSums>
        where TOp : unmanaged, IRowCombine
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            // A missing row repeats the last one: its load hits the cache, its step is not taken.
            TPack v0 = TRows.Load(rows.R0, starts.R0 + i), v1 = TRows.Load(rows.R1, starts.R1 + i);
            TPack v2 = TRows.Load(rows.R2, starts.R2 + i), v3 = TRows.Load(rows.R3, starts.R3 + i);
            TPack v4 = TRows.Load(rows.R4, starts.R4 + i), v5 = TRows.Load(rows.R5, starts.R5 + i);
            TPack v6 = TRows.Load(rows.R6, starts.R6 + i), v7 = TRows.Load(rows.R7, starts.R7 + i);
            TSums sums = default;
            if (continues != 0)
            {
                sums = TRows.LoadSums(destination, destinationStart + i);
            }

            sums = TRows.StepIf(op, count > 0, sums, v0, weights.R0);
            sums = TRows.StepIf(op, count > 1, sums, v1, weights.R1);
            sums = TRows.StepIf(op, count > 2, sums, v2, weights.R2);
            sums = TRows.StepIf(op, count > 3, sums, v3, weights.R3);
            sums = TRows.StepIf(op, count > 4, sums, v4, weights.R4);
            sums = TRows.StepIf(op, count > 5, sums, v5, weights.R5);
            sums = TRows.StepIf(op, count > 6, sums, v6, weights.R6);
            sums = TRows.StepIf(op, count > 7, sums, v7, weights.R7);
            if (count > 8)
            {
                v0 = TRows.Load(rows.R8, starts.R8 + i);
                v1 = TRows.Load(rows.R9, starts.R9 + i);
                v2 = TRows.Load(rows.R10, starts.R10 + i);
                v3 = TRows.Load(rows.R11, starts.R11 + i);
                v4 = TRows.Load(rows.R12, starts.R12 + i);
                v5 = TRows.Load(rows.R13, starts.R13 + i);
                v6 = TRows.Load(rows.R14, starts.R14 + i);
                v7 = TRows.Load(rows.R15, starts.R15 + i);
                sums = TRows.StepIf(op, count > 8, sums, v0, weights.R8);
                sums = TRows.StepIf(op, count > 9, sums, v1, weights.R9);
                sums = TRows.StepIf(op, count > 10, sums, v2, weights.R10);
                sums = TRows.StepIf(op, count > 11, sums, v3, weights.R11);
                sums = TRows.StepIf(op, count > 12, sums, v4, weights.R12);
                sums = TRows.StepIf(op, count > 13, sums, v5, weights.R13);
                sums = TRows.StepIf(op, count > 14, sums, v6, weights.R14);
                sums = TRows.StepIf(op, count > 15, sums, v7, weights.R15);
            }

            TRows.StoreSums(destination, destinationStart + i, sums);
        }
    }
}
