// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;

namespace FedKernel.Tests.Contracts;

/// <summary>Every device that opens on this machine: one line for each package that brings devices.</summary>
internal static class TestDevices
{
    private static readonly IDeviceProvider[] _providers =
    [
        new CpuDeviceProvider(threadCount: 1),
        new CpuDeviceProvider(threadCount: 2),
    ];

    /// <summary>Usable devices, each once: "cpu" is the widest of the others again.</summary>
    public static IEnumerable<DeviceCandidate> Usable =>
        _providers.SelectMany(p => p.Find()).Where(c => c.Refusal is null && c.Info.Id != "cpu");

    /// <summary>A name that tells the same device with other thread counts apart.</summary>
    public static string Name(DeviceCandidate candidate) => $"{candidate.Info.Id} ({candidate.Info.Capabilities})";

    public static Device Open(string name) => Usable.Single(c => Name(c) == name).Open();

    /// <summary>A device that interprets its kernels gets fewer and shorter vectors.</summary>
    public static bool IsSlow(Device device) => device.Info.Kind == DeviceKind.IlgpuCpu;
}
