// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices;

public abstract partial class Device
{
    /// <summary>destination[i] = op(source[i], sample i), with integer samples from a counter stream and a table.</summary>
    /// <param name="source">May be the destination.</param>
    /// <param name="destination">As long as the source.</param>
    /// <param name="table">Exactly <see cref="IDraw{TSource}.TableLength"/> words, on this device.</param>
    /// <param name="op">Kernel with its stream, at most 2³² / <see cref="IDraw{TSource}.BlocksPerStep"/> steps of which are used.</param>
    /// <param name="firstTile">The tile of 256 elements of the stream that element 0 meets, for vectors processed piece by piece.</param>
    public void Draw<TOp>(
        DeviceBuffer<int> source, DeviceBuffer<int> destination, DeviceBuffer<uint> table, TOp op, long firstTile)
        where TOp : unmanaged, IDraw<int>
    {
        CheckDraw<int, TOp>(source, destination, table, op, firstTile);
        DrawIntegersCore(source, destination, table, op, firstTile);
    }

    /// <summary>destination[i] = op(source[i], sample i), integers from float32.</summary>
    /// <inheritdoc cref="Draw{TOp}(DeviceBuffer{int}, DeviceBuffer{int}, DeviceBuffer{uint}, TOp, long)"/>
    public void Draw<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<int> destination, DeviceBuffer<uint> table, TOp op, long firstTile)
        where TOp : unmanaged, IDraw<float>
    {
        CheckDraw<float, TOp>(source, destination, table, op, firstTile);
        DrawFloatsCore(source, destination, table, op, firstTile);
    }

    private protected abstract void DrawIntegersCore<TOp>(
        DeviceBuffer<int> source, DeviceBuffer<int> destination, DeviceBuffer<uint> table, TOp op, long firstTile)
        where TOp : unmanaged, IDraw<int>;

    private protected abstract void DrawFloatsCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<int> destination, DeviceBuffer<uint> table, TOp op, long firstTile)
        where TOp : unmanaged, IDraw<float>;

    private void CheckDraw<TSource, TOp>(
        DeviceBuffer<TSource> source, DeviceBuffer<int> destination, DeviceBuffer<uint> table, TOp op, long firstTile)
        where TSource : unmanaged
        where TOp : unmanaged, IDraw<TSource>
    {
        Check(source);
        Check(destination);
        Check(table);
        long steps = (1L << 32) / op.BlocksPerStep;
        Throw.IfNotInRange(firstTile, 0, (steps / 16) - 1);
        Throw.IfNotInRange(destination.Length, 0, (16 * steps) - (256 * firstTile));
        Throw.IfLengthsDiffer(destination.Length, source.Length, nameof(destination), nameof(source));
        Throw.IfLengthsDiffer(op.TableLength, table.Length, "the table of the kernel", nameof(table));
        RefuseAnyOverlap(table, destination, nameof(table));
        if (source.StartInBytes != destination.StartInBytes)
        {
            RefuseAnyOverlap(source, destination, nameof(source));
        }
    }
}
