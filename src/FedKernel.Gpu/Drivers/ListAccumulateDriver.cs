// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>
/// Shape Accumulate over a list of vectors, up to sixteen a launch: the integers cross the memory bus once for them, and every
/// thread keeps the largest magnitude that it met in each row. Maxima may meet in any order, so a fold of them ends it.
/// </summary>
internal static class ListAccumulateDriver
{
    /// <summary>Rows of a launch.</summary>
    public const int RowsPerLaunch = 16;

    /// <summary>How the host starts a kernel of this class. Starts, begin and end count packs.</summary>
    public delegate void Launcher<TUnit, TOut, TOp>(
        AcceleratorStream stream, KernelConfig config, Block16<ArrayView<TUnit>> rows, ArrayView<TOut> integers,
        ArrayView<double> largest, Block16<long> starts, Block16<TOp> ops, int count, int continues,
        long integersStart, long pitch, long begin, long end)
        where TUnit : unmanaged
        where TOut : unmanaged
        where TOp : unmanaged;

    /// <remarks>Thread t has largest[r · pitch + t] for row r; a launch that continues takes in what is there.</remarks>
    public static void Rows<TUnit, TPack, TOut, TSums, TLargest, TRows, TOp>(
        Block16<ArrayView<TUnit>> rows, ArrayView<TOut> integers,
        ArrayView<double> largest, Block16<long> starts, Block16<TOp> ops, int count, int continues,
        long integersStart, long pitch, long begin, long end)
        where TUnit : unmanaged
        where TPack : unmanaged
        where TOut : unmanaged
        where TSums : unmanaged
        where TLargest : unmanaged
        where TRows : struct, IIntegerPack<TUnit, TPack, TOut, TSums, TLargest>
        where TOp : unmanaged, IAccumulate
    {
        TLargest m0 = default, m1 = m0, m2 = m0, m3 = m0, m4 = m0, m5 = m0, m6 = m0, m7 = m0;
        TLargest m8 = m0, m9 = m0, m10 = m0, m11 = m0, m12 = m0, m13 = m0, m14 = m0, m15 = m0;
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            // A missing row repeats the last one: its load hits the cache, its term is not taken.
            TPack v0 = TRows.Load(rows.R0, starts.R0 + i), v1 = TRows.Load(rows.R1, starts.R1 + i);
            TPack v2 = TRows.Load(rows.R2, starts.R2 + i), v3 = TRows.Load(rows.R3, starts.R3 + i);
            TPack v4 = TRows.Load(rows.R4, starts.R4 + i), v5 = TRows.Load(rows.R5, starts.R5 + i);
            TPack v6 = TRows.Load(rows.R6, starts.R6 + i), v7 = TRows.Load(rows.R7, starts.R7 + i);
            TSums sums = TRows.LoadIntegers(integers, integersStart + i);
            sums = TRows.AddIf(ops.R0, count > 0, sums, v0);
            sums = TRows.AddIf(ops.R1, count > 1, sums, v1);
            sums = TRows.AddIf(ops.R2, count > 2, sums, v2);
            sums = TRows.AddIf(ops.R3, count > 3, sums, v3);
            sums = TRows.AddIf(ops.R4, count > 4, sums, v4);
            sums = TRows.AddIf(ops.R5, count > 5, sums, v5);
            sums = TRows.AddIf(ops.R6, count > 6, sums, v6);
            sums = TRows.AddIf(ops.R7, count > 7, sums, v7);
            (m0, m1) = (TRows.Larger(m0, v0), TRows.Larger(m1, v1));
            (m2, m3) = (TRows.Larger(m2, v2), TRows.Larger(m3, v3));
            (m4, m5) = (TRows.Larger(m4, v4), TRows.Larger(m5, v5));
            (m6, m7) = (TRows.Larger(m6, v6), TRows.Larger(m7, v7));
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
                sums = TRows.AddIf(ops.R8, count > 8, sums, v0);
                sums = TRows.AddIf(ops.R9, count > 9, sums, v1);
                sums = TRows.AddIf(ops.R10, count > 10, sums, v2);
                sums = TRows.AddIf(ops.R11, count > 11, sums, v3);
                sums = TRows.AddIf(ops.R12, count > 12, sums, v4);
                sums = TRows.AddIf(ops.R13, count > 13, sums, v5);
                sums = TRows.AddIf(ops.R14, count > 14, sums, v6);
                sums = TRows.AddIf(ops.R15, count > 15, sums, v7);
                (m8, m9) = (TRows.Larger(m8, v0), TRows.Larger(m9, v1));
                (m10, m11) = (TRows.Larger(m10, v2), TRows.Larger(m11, v3));
                (m12, m13) = (TRows.Larger(m12, v4), TRows.Larger(m13, v5));
                (m14, m15) = (TRows.Larger(m14, v6), TRows.Larger(m15, v7));
            }

            TRows.StoreIntegers(integers, integersStart + i, sums);
        }

        long thread = GridThread.Index;
        Put(largest, thread, 0, pitch, count, continues, TRows.Magnitude(m0));
        Put(largest, thread, 1, pitch, count, continues, TRows.Magnitude(m1));
        Put(largest, thread, 2, pitch, count, continues, TRows.Magnitude(m2));
        Put(largest, thread, 3, pitch, count, continues, TRows.Magnitude(m3));
        Put(largest, thread, 4, pitch, count, continues, TRows.Magnitude(m4));
        Put(largest, thread, 5, pitch, count, continues, TRows.Magnitude(m5));
        Put(largest, thread, 6, pitch, count, continues, TRows.Magnitude(m6));
        Put(largest, thread, 7, pitch, count, continues, TRows.Magnitude(m7));
        Put(largest, thread, 8, pitch, count, continues, TRows.Magnitude(m8));
        Put(largest, thread, 9, pitch, count, continues, TRows.Magnitude(m9));
        Put(largest, thread, 10, pitch, count, continues, TRows.Magnitude(m10));
        Put(largest, thread, 11, pitch, count, continues, TRows.Magnitude(m11));
        Put(largest, thread, 12, pitch, count, continues, TRows.Magnitude(m12));
        Put(largest, thread, 13, pitch, count, continues, TRows.Magnitude(m13));
        Put(largest, thread, 14, pitch, count, continues, TRows.Magnitude(m14));
        Put(largest, thread, 15, pitch, count, continues, TRows.Magnitude(m15));
    }

    private static void Put(
        ArrayView<double> largest, long thread, int row, long pitch, int count, int continues, double found)
    {
        if (row >= count)
        {
            return;
        }

        long at = (row * pitch) + thread;
        if (continues != 0)
        {
            found = RowStep.Larger(found, largest[at]);
        }

        largest[at] = found;
    }
}
