// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Training.Data;

namespace FedKernel.Training.Models;

/// <summary>Rows of a table on a device, each with a 1 behind its features: the bias is then one more weight.</summary>
public sealed class AugmentedTable : IDisposable
{
    private readonly DeviceBuffer<float> _features;

    /// <summary>Copies the given rows, in the given order, to a device.</summary>
    /// <param name="device">Where to.</param>
    /// <param name="table">Labels must be 0 or 1.</param>
    /// <param name="rows">Numbers of rows, repeated at will; at least one.</param>
    /// <exception cref="ArgumentException">A label is neither 0 nor 1.</exception>
    public AugmentedTable(Device device, TabularDataset table, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(table);
        Throw.IfNotInRange(rows.Length, 1, int.MaxValue, "number of rows");
        int columns = table.FeatureCount + 1;
        var features = new float[rows.Length * columns];
        var labels = new float[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            table.Row(rows[i]).CopyTo(features.AsSpan(i * columns));
            features[(i * columns) + columns - 1] = 1;
            labels[i] = table.Labels[rows[i]];
            if (labels[i] is not (0 or 1))
            {
                throw new ArgumentException($"Row {rows[i]} has the label {labels[i]}; a binary model takes 0 and 1.", nameof(table));
            }
        }

        _features = device.Upload<float>(features);
        Labels = device.Upload<float>(labels);
        Features = new DeviceMatrix(_features, rows.Length, columns);
    }

    /// <summary>The features, the last column being 1.</summary>
    public DeviceMatrix Features { get; }

    /// <summary>The labels.</summary>
    public DeviceBuffer<float> Labels { get; }

    /// <summary>All rows of a table.</summary>
    public static AugmentedTable Upload(Device device, TabularDataset table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new AugmentedTable(device, table, [.. Enumerable.Range(0, table.RowCount)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _features.Dispose();
        Labels.Dispose();
    }
}
