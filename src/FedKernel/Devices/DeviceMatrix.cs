// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices;

/// <summary>A dense row-major matrix in the memory of a device: row r is the window [r·Columns, (r + 1)·Columns).</summary>
public readonly struct DeviceMatrix
{
    /// <summary>Reads a buffer as a matrix.</summary>
    /// <param name="storage">Exactly rows · columns elements.</param>
    /// <param name="rows">At least 0.</param>
    /// <param name="columns">At least 1.</param>
    /// <exception cref="ArgumentException">The buffer has another number of elements.</exception>
    public DeviceMatrix(DeviceBuffer<float> storage, long rows, long columns)
    {
        ArgumentNullException.ThrowIfNull(storage);
        Throw.IfNotInRange(rows, 0, long.MaxValue);
        Throw.IfNotInRange(columns, 1, long.MaxValue);
        Throw.IfLengthsDiffer(checked(rows * columns), storage.Length, "rows · columns", nameof(storage));
        (Storage, Rows, Columns) = (storage, rows, columns);
    }

    /// <summary>The elements.</summary>
    public DeviceBuffer<float> Storage { get; }

    /// <summary>Number of rows.</summary>
    public long Rows { get; }

    /// <summary>Number of columns.</summary>
    public long Columns { get; }

    /// <summary>The rows [start, start + count), without a copy.</summary>
    public DeviceMatrix RowRange(long start, long count) => new(Storage.Slice(start * Columns, count * Columns), count, Columns);
}
