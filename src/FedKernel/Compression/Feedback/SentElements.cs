// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Feedback;

/// <summary>What a memory does at the elements that travelled: k of them, strictly increasing indices.</summary>
internal static class SentElements
{
    /// <summary>memory[i] = memory[i] − factor · decoded[i]</summary>
    public static void Subtract(DeviceBuffer<float> memory, DeviceBuffer<uint> indices, DeviceBuffer<float> decoded, float factor)
    {
        Throw.IfLengthsDiffer(indices.Length, decoded.Length, nameof(indices), nameof(decoded));
        Device device = memory.Device;
        using DeviceBuffer<float> kept = device.Allocate<float>(indices.Length);
        device.Gather(memory, indices, kept);
        device.Map(decoded, kept, kept, new Axpy(-factor));
        device.Scatter(indices, kept, memory);
    }

    /// <summary>memory[i] = 0</summary>
    public static void Clear(DeviceBuffer<float> memory, DeviceBuffer<uint> indices)
    {
        using DeviceBuffer<float> zeros = memory.Device.Allocate<float>(indices.Length);
        memory.Device.Scatter(indices, zeros, memory);
    }
}
