// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Frames;

/// <summary>The content of a frame on a device, in the form in which it is added to sums.</summary>
internal abstract class DecodedFrame : IDisposable
{
    /// <summary>max |x|, +∞ if one is not finite, and Σ x².</summary>
    public abstract (double Largest, double SquaredNorm) Measure();

    public abstract void DecodeTo(DeviceBuffer<float> destination);

    public abstract void AddTo(DeviceBuffer<float> sums, float weight);

    public abstract void AccumulateTo<TOp>(DeviceBuffer<long> integers, TOp op)
        where TOp : unmanaged, IAccumulate;

    public abstract void Dispose();
}
