// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;

namespace FedKernel.Compression.Feedback;

/// <summary>A vector and the place where its next value is made: a failure half-way leaves the vector as it was.</summary>
/// <remarks>
/// Undoing m + g by subtracting g would round, and examining g first would read it once more and miss a sum that overflows: a second
/// buffer of d values is what a memory pays instead.
/// </remarks>
internal sealed class VectorPair(Device device, long length) : IDisposable
{
    public DeviceBuffer<float> Current { get; private set; } = device.Allocate<float>(length);

    public DeviceBuffer<float> Next { get; private set; } = device.Allocate<float>(length);

    public void Commit() => (Current, Next) = (Next, Current);

    public void Dispose()
    {
        Current.Dispose();
        Next.Dispose();
    }
}
