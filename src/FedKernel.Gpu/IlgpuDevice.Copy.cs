// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using ILGPU.Runtime;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    /// <summary>destination = source, by the copy of the driver: the limit that kernels are measured against, none of ours.</summary>
    /// <param name="source">On this device.</param>
    /// <param name="destination">On this device, as long as the source, other memory.</param>
    internal void CopyByDriver<T>(DeviceBuffer<T> source, DeviceBuffer<T> destination)
        where T : unmanaged
    {
        IlgpuBuffer<T> from = Own(source), to = Own(destination);
        Guarded(
            (From: from, To: to),
            static (device, s) => s.From.Whole<T>().SubView(s.From.Start, s.From.Length)
                .CopyTo(device.Stream, s.To.Whole<T>().SubView(s.To.Start, s.From.Length)));
    }
}
