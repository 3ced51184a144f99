// SPDX-License-Identifier: Apache-2.0
// FedAvg's weighted mean in float32 · B. McMahan et al., "Communication-efficient learning of deep networks from decentralized
// data", AISTATS 2017, algorithm 1. What every peer computes; another order of the clients gives other bits.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Aggregation;

/// <summary>The weighted mean in float32, in order of arrival: half the memory of <see cref="ExactMean"/>, no receipt.</summary>
public sealed class FloatMean : StreamingMean
{
    private readonly DeviceBuffer<float> _sums;
    private double _totalWeight;

    /// <summary>An empty mean.</summary>
    /// <param name="device">Where the sums lie.</param>
    /// <param name="length">Elements of an update, at least 1.</param>
    public FloatMean(Device device, long length)
        : base(device, length) => _sums = device.Allocate<float>(length);

    /// <inheritdoc/>
    public override double TotalWeight => _totalWeight;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _sums.Dispose();
    }

    private protected override string? RefusalOf(double largestMagnitude) =>
        double.IsInfinity(largestMagnitude) ? "it holds NaN or infinity; every value must be finite" : null;

    private protected override string? RefusalOfWeight(double weight) =>
        weight > float.MaxValue ? $"its weight is {weight}; at most {float.MaxValue}" : null;

    private protected override void FoldCore(DeviceBuffer<float> part, long start, double weight)
    {
        DeviceBuffer<float> sums = _sums.Slice(start, part.Length);
        Device.Map(part, sums, sums, new Axpy((float)weight));
    }

    private protected override void FoldCore(IEncodedUpdate update, double weight) => update.AddTo(_sums, (float)weight);

    private protected override void AddWeight(double weight) => _totalWeight += weight;

    private protected override void ResolveCore(DeviceBuffer<float> destination, long start) =>
        Device.Map(_sums.Slice(start, destination.Length), destination, new Scale((float)(1 / _totalWeight)));
}
