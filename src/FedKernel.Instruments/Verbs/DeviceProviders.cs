// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Gpu;

namespace FedKernel.Instruments.Verbs;

/// <summary>The packages that bring devices to the command.</summary>
internal static class DeviceProviders
{
    public static IReadOnlyList<IDeviceProvider> All { get; } =
    [
        new CpuDeviceProvider(),
        new IlgpuDeviceProvider(),
    ];
}
