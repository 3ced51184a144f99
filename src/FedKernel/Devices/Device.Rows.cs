// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices;

public abstract partial class Device
{
    // What a list of rows may hold: a million clients in one launch; a wrong count fails before it allocates.
    private const int MostRows = 1 << 20;

    /// <summary>destination[r] = float32 of one number from row r and y, summed from left to right in float64.</summary>
    /// <remarks>For rows up to some thousand columns; a row is one thread's work.</remarks>
    public void ReduceRows<TOp>(DeviceMatrix rows, DeviceBuffer<float> y, DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IReduce2
    {
        Check(rows.Storage);
        Check(y);
        Check(destination);
        Throw.IfLengthsDiffer(rows.Columns, y.Length, "columns", nameof(y));
        Throw.IfLengthsDiffer(rows.Rows, destination.Length, "rows", nameof(destination));
        RefuseAnyOverlap(rows.Storage, destination, nameof(rows));
        RefuseAnyOverlap(y, destination, nameof(y));
        ReduceRowsCore(rows, y, destination, op);
    }

    /// <summary>destination[i] = op over rows[0][i] … rows[n−1][i] in this order.</summary>
    /// <param name="rows">1 to 2²⁰ vectors of one length.</param>
    /// <param name="weights">n weights.</param>
    /// <param name="destination">As long as a row, and none of them.</param>
    /// <param name="op">Kernel.</param>
    /// <typeparam name="TElement">float, double, <see cref="Half"/> or <see cref="Numerics.BFloat16"/>: rows are read as they are.</typeparam>
    /// <typeparam name="TOp">Kernel.</typeparam>
    /// <exception cref="NotSupportedException">The rows have another type.</exception>
    public void RowCombine<TElement, TOp>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, ReadOnlySpan<float> weights, DeviceBuffer<float> destination, TOp op)
        where TElement : unmanaged
        where TOp : unmanaged, IRowCombine
    {
        Check(destination);
        CheckRows(rows, destination);
        Throw.IfLengthsDiffer(rows.Count, weights.Length, nameof(rows), nameof(weights));
        RowCombineCore(rows, weights, destination, op);
    }

    /// <summary>destination[i] = op over the rows of a matrix, weighted by a vector on the device.</summary>
    public void RowCombine<TOp>(
        DeviceMatrix rows, DeviceBuffer<float> weights, DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IRowCombine
    {
        Check(rows.Storage);
        Check(weights);
        Check(destination);
        Throw.IfLengthsDiffer(rows.Rows, weights.Length, "rows", nameof(weights));
        Throw.IfLengthsDiffer(rows.Columns, destination.Length, "columns", nameof(destination));
        RefuseAnyOverlap(rows.Storage, destination, nameof(rows));
        RefuseAnyOverlap(weights, destination, nameof(weights));
        RowCombineCore(rows, weights, destination, op);
    }

    /// <summary>integers[i] += Σ ops[r](rows[r][i]), and what each row's largest magnitude is, in one pass.</summary>
    /// <remarks>
    /// Integers add in any order, so a group of rows gives the bits that <see cref="Accumulate"/> gives row by row, while the sums
    /// cross the memory bus once for the group.
    /// </remarks>
    /// <typeparam name="TElement">float, double, <see cref="Half"/> or <see cref="BFloat16"/>: rows are read as they are.</typeparam>
    /// <typeparam name="TOp">Kernel.</typeparam>
    /// <param name="rows">1 to 2²⁰ vectors of one length.</param>
    /// <param name="ops">A kernel for each row.</param>
    /// <param name="integers">As long as a row.</param>
    /// <param name="largest">For each row, written: max |x| as <see cref="FiniteMaxAbs"/> has it, +∞ if a value is not finite.</param>
    /// <exception cref="NotSupportedException">The rows have another type.</exception>
    public void AccumulateRows<TElement, TOp>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, ReadOnlySpan<TOp> ops, DeviceBuffer<long> integers, Span<double> largest)
        where TElement : unmanaged
        where TOp : unmanaged, IAccumulate
    {
        Check(integers);
        CheckRows(rows, integers);
        Throw.IfLengthsDiffer(rows.Count, ops.Length, nameof(rows), nameof(ops));
        Throw.IfLengthsDiffer(rows.Count, largest.Length, nameof(rows), nameof(largest));
        largest.Clear();
        AccumulateRowsCore(rows, ops, integers, largest);
    }

    private protected abstract void ReduceRowsCore<TOp>(
        DeviceMatrix rows, DeviceBuffer<float> y, DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IReduce2;

    private protected abstract void RowCombineCore<TElement, TOp>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, ReadOnlySpan<float> weights, DeviceBuffer<float> destination, TOp op)
        where TElement : unmanaged
        where TOp : unmanaged, IRowCombine;

    private protected abstract void RowCombineCore<TOp>(
        DeviceMatrix rows, DeviceBuffer<float> weights, DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IRowCombine;

    private protected abstract void AccumulateRowsCore<TElement, TOp>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, ReadOnlySpan<TOp> ops, DeviceBuffer<long> integers, Span<double> largest)
        where TElement : unmanaged
        where TOp : unmanaged, IAccumulate;

    private void CheckRows<TElement, TDestination>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, DeviceBuffer<TDestination> destination)
        where TElement : unmanaged
        where TDestination : unmanaged
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (typeof(TElement) != typeof(float) && typeof(TElement) != typeof(double)
            && typeof(TElement) != typeof(Half) && typeof(TElement) != typeof(BFloat16))
        {
            throw new NotSupportedException($"Rows of {typeof(TElement).Name}: they may be of Single, Double, Half or BFloat16.");
        }

        Throw.IfNotInRange(rows.Count, 1, MostRows);

        // By index: an enumerator of an interface would be an allocation for each launch.
        for (int r = 0; r < rows.Count; r++)
        {
            DeviceBuffer<TElement> row = rows[r];
            Check(row);
            Throw.IfLengthsDiffer(destination.Length, row.Length, nameof(destination), nameof(rows));
            RefuseAnyOverlap(row, destination, nameof(rows));
        }
    }
}
