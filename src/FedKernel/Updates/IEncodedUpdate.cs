// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Updates;

/// <summary>A compressed update, examined whole when it was opened: adding it cannot fail for what it holds, and makes no dense copy.</summary>
public interface IEncodedUpdate
{
    /// <summary>Elements of the update: d.</summary>
    long Length { get; }

    /// <summary>max |x| over the decoded values; +∞ if one is not finite.</summary>
    double LargestMagnitude { get; }

    /// <summary>Σ x² over the decoded values, in float64.</summary>
    double SquaredL2Norm { get; }

    /// <summary>destination[i] = x[i]</summary>
    /// <param name="destination">d elements; every one is written.</param>
    void DecodeTo(DeviceBuffer<float> destination);

    /// <summary>sums[i] = sums[i] + x[i] · weight, in float32.</summary>
    /// <param name="sums">d elements.</param>
    /// <param name="weight">Finite.</param>
    void AddTo(DeviceBuffer<float> sums, float weight);

    /// <summary>integers[i] += op(x[i]): the bits that <see cref="Device.Accumulate"/> gives for the decoded values.</summary>
    /// <param name="integers">d elements.</param>
    /// <param name="op">Kernel; it maps 0 to 0, so what a sparse update leaves out is not visited.</param>
    void AccumulateTo<TOp>(DeviceBuffer<long> integers, TOp op)
        where TOp : unmanaged, IAccumulate;
}
