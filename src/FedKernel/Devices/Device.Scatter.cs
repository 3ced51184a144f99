// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices;

/// <remarks>
/// Indices are those of a selection or of a frame that was examined when it was opened: distinct and below the length of the dense
/// vector. Nothing here examines them again.
/// </remarks>
public abstract partial class Device
{
    /// <summary>destination[i] = source[indices[i]]</summary>
    internal void Gather(DeviceBuffer<float> source, DeviceBuffer<uint> indices, DeviceBuffer<float> destination)
    {
        CheckSparse(indices, destination, source);
        RefuseAnyOverlap(indices, destination, nameof(indices));
        GatherCore(source, indices, destination);
    }

    /// <summary>destination[indices[i]] = values[i]; the other elements stay.</summary>
    internal void Scatter(DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<float> destination)
    {
        CheckSparse(indices, values, destination);
        RefuseAnyOverlap(indices, destination, nameof(indices));
        ScatterCore(indices, values, destination);
    }

    /// <summary>sums[indices[i]] = sums[indices[i]] + values[i] · weight, in float32.</summary>
    internal void ScatterAdd(DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<float> sums, float weight)
    {
        CheckSparse(indices, values, sums);
        RefuseAnyOverlap(indices, sums, nameof(indices));
        ScatterAddCore(indices, values, sums, weight);
    }

    /// <summary>integers[indices[i]] += op(values[i])</summary>
    internal void ScatterAccumulate<TOp>(
        DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<long> integers, TOp op)
        where TOp : unmanaged, IAccumulate
    {
        CheckSparse(indices, values, integers);
        RefuseAnyOverlap(indices, integers, nameof(indices));
        ScatterAccumulateCore(indices, values, integers, op);
    }

    private protected abstract void GatherCore(
        DeviceBuffer<float> source, DeviceBuffer<uint> indices, DeviceBuffer<float> destination);

    private protected abstract void ScatterCore(
        DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<float> destination);

    private protected abstract void ScatterAddCore(
        DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<float> sums, float weight);

    private protected abstract void ScatterAccumulateCore<TOp>(
        DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<long> integers, TOp op)
        where TOp : unmanaged, IAccumulate;

    private void CheckSparse<T>(DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<T> dense)
        where T : unmanaged
    {
        Check(indices);
        Check(values);
        Check(dense);
        Throw.IfLengthsDiffer(indices.Length, values.Length, nameof(indices), nameof(values));
        Throw.IfNotInRange(indices.Length, 0, dense.Length, "number of indices");
        RefuseAnyOverlap(values, dense, nameof(values));
    }
}
