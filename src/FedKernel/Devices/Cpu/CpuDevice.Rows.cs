// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Devices.Cpu.Loops;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
    private protected override void RowCombineCore<T, TOp>(
        IReadOnlyList<DeviceBuffer<T>> rows, ReadOnlySpan<float> weights, DeviceBuffer<float> destination, TOp op)
    {
        T** pointers = Pointers(rows);
        try
        {
            fixed (float* w = weights)
            {
                RowCombine(pointers, w, rows.Count, destination, op);
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

    private protected override void AccumulateRowsCore<T, TOp>(
        IReadOnlyList<DeviceBuffer<T>> rows, ReadOnlySpan<TOp> ops, DeviceBuffer<long> integers, Span<double> largest)
    {
        T** pointers = Pointers(rows);
        try
        {
            fixed (TOp* o = ops)
            fixed (double* l = largest)
            {
                AccumulateRows(pointers, o, rows.Count, integers, l);
            }
        }
        finally
        {
            NativeMemory.Free(pointers);
        }
    }

    private static T** Pointers<T>(IReadOnlyList<DeviceBuffer<T>> rows)
        where T : unmanaged
    {
        int n = rows.Count;
        T** pointers = (T**)NativeMemory.Alloc((nuint)n, (nuint)sizeof(T*));
        try
        {
            for (int r = 0; r < n; r++)
            {
                pointers[r] = Pointer(rows[r]);
            }

            return pointers;
        }
        catch
        {
            NativeMemory.Free(pointers);
            throw;
        }
    }

    private void RowCombine<T, TOp>(T** rows, float* weights, long count, DeviceBuffer<float> destination, TOp op)
        where T : unmanaged
        where TOp : unmanaged, IRowCombine
    {
        if (typeof(T) == typeof(float))
        {
            RowCombine<float, SingleRow, TOp>((float**)rows, weights, count, destination, op);
        }
        else if (typeof(T) == typeof(double))
        {
            RowCombine<double, DoubleRow, TOp>((double**)rows, weights, count, destination, op);
        }
        else if (typeof(T) == typeof(Half))
        {
            RowCombine<Half, HalfRow, TOp>((Half**)rows, weights, count, destination, op);
        }
        else
        {
            RowCombine<BFloat16, BFloat16Row, TOp>((BFloat16**)rows, weights, count, destination, op);
        }
    }

    private void RowCombine<T, TElement, TOp>(T** rows, float* weights, long count, DeviceBuffer<float> destination, TOp op)
        where T : unmanaged
        where TElement : struct, IRowElement<T>
        where TOp : unmanaged, IRowCombine
    {
        float* pd = Pointer(destination);
        long n = destination.Length;
        if (IsBeyondCaches(n))
        {
            Run(new RowCombineLoop<T, TElement, TOp, Streamed>(rows, weights, count, pd, n, op), n);
        }
        else
        {
            Run(new RowCombineLoop<T, TElement, TOp, Cached>(rows, weights, count, pd, n, op), n);
        }
    }

    private void AccumulateRows<T, TOp>(T** rows, TOp* ops, long count, DeviceBuffer<long> integers, double* largest)
        where T : unmanaged
        where TOp : unmanaged, IAccumulate
    {
        long* i = Pointer(integers);
        long n = integers.Length;
        if (typeof(T) == typeof(float))
        {
            Run(new AccumulateRowsLoop<float, SingleRow, TOp>((float**)rows, ops, count, i, largest, n), n);
        }
        else if (typeof(T) == typeof(double))
        {
            Run(new AccumulateRowsLoop<double, DoubleRow, TOp>((double**)rows, ops, count, i, largest, n), n);
        }
        else if (typeof(T) == typeof(Half))
        {
            Run(new AccumulateRowsLoop<Half, HalfRow, TOp>((Half**)rows, ops, count, i, largest, n), n);
        }
        else
        {
            Run(new AccumulateRowsLoop<BFloat16, BFloat16Row, TOp>((BFloat16**)rows, ops, count, i, largest, n), n);
        }
    }
}
