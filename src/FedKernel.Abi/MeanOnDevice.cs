// SPDX-License-Identifier: Apache-2.0
using FedKernel.Aggregation;
using FedKernel.Devices;

namespace FedKernel.Abi;

/// <summary>A mean that keeps its device open, and lets one call in at a time.</summary>
internal sealed unsafe class MeanOnDevice : IDisposable
{
    private readonly Shared<Device> _device;
    private readonly ExactMean _mean;
    private readonly Lock _gate = new();

    /// <summary>An empty mean.</summary>
    /// <param name="device">In use by the caller; one user more from now on.</param>
    /// <param name="length">Elements.</param>
    /// <param name="range">The range of the plan.</param>
    public MeanOnDevice(Shared<Device> device, long length, FixedPointRange range)
    {
        // Allocating more than there is would not fail on Linux: it would have the process killed later.
        long memory = device.Value.Info.MemoryBytes;
        if (memory > 0 && length > memory / sizeof(long))
        {
            throw new DeviceException(
                $"{length} elements need {sizeof(long) * (Int128)length} bytes of sums; "
                + $"'{device.Value.Info.Id}' has {memory} bytes.",
                new InsufficientMemoryException());
        }

        _mean = new ExactMean(device.Value, length, range);
        _device = device;
        _device.TryAcquire();
    }

    public int ClientCount
    {
        get
        {
            lock (_gate)
            {
                return _mean.ClientCount;
            }
        }
    }

    public Status Fold(float* values, ulong length, double weight)
    {
        lock (_gate)
        {
            RefuseOtherLength(length);
            Arguments.CheckVector(values, length);
            FoldOutcome outcome = _mean.Fold(values, _mean.Length, weight);
            return outcome.IsAccepted
                ? Status.Ok
                : Failure.From(StatusOfRefusal(weight), $"The update was refused: {outcome.Reason}.");
        }
    }

    public void Finish(ulong length, float* destination)
    {
        lock (_gate)
        {
            RefuseOtherLength(length);
            Arguments.CheckVector(destination, length);
            using HostVector vector = HostVector.ForWriting(_device.Value, destination, _mean.Length);
            _mean.Resolve(vector.Values);
            vector.WriteBack();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _mean.Dispose();
        }

        _device.Release();
    }

    private void RefuseOtherLength(ulong length)
    {
        if (length != (ulong)_mean.Length)
        {
            throw new ArgumentException($"{length} elements were given; the mean has {_mean.Length}.", nameof(length));
        }
    }

    // In the order in which the mean examines an update.
    private Status StatusOfRefusal(double weight) =>
        !(weight >= FixedPointRange.SmallestWeight && weight <= _mean.Range.MaximumWeight) ? Status.InvalidArgument
        : _mean.ClientCount >= _mean.Range.MaximumClientCount ? Status.Protocol
        : Status.Data;
}
