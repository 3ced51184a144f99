// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Gpu;

namespace FedKernel.Tests.Training;

/// <summary>The devices on which training must give the same bits.</summary>
internal static class TestDevices
{
    /// <summary>The processor at each width, and OpenCL and CUDA where they are. ILGPU's own CPU device would take minutes.</summary>
    public static IEnumerable<Device> OpenAll() =>
        new IDeviceProvider[] { new CpuDeviceProvider(threadCount: 1), new IlgpuDeviceProvider(relaxed: true) }
            .SelectMany(p => p.Find())
            .Where(c => c.Refusal is null && c.Info.Kind != DeviceKind.IlgpuCpu && c.Info.Id != "cpu")
            .Select(c => c.Open());
}
