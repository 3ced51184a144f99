// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Gpu;

namespace FedKernel.Tests.Contracts;

/// <summary>Every device that opens on this machine: one line for each package that brings devices.</summary>
public sealed class TestDevices : IDisposable
{
    private static readonly IDeviceProvider[] _providers =
    [
        new CpuDeviceProvider(threadCount: 1),
        new CpuDeviceProvider(threadCount: 2),
        new IlgpuDeviceProvider(relaxed: true),
    ];

    private readonly Dictionary<string, Device> _open = [];

    /// <summary>Usable devices, each once: "cpu" is the widest of the others again.</summary>
    public static IReadOnlyList<DeviceCandidate> Usable { get; } =
        [.. _providers.SelectMany(p => p.Find()).Where(c => c.Refusal is null && c.Info.Id != "cpu")];

    /// <summary>A name that tells the same device with other thread counts apart.</summary>
    public static string Name(DeviceCandidate candidate) => $"{candidate.Info.Id} ({candidate.Info.Capabilities})";

    /// <summary>A device that interprets its kernels gets fewer and shorter vectors.</summary>
    public static bool IsSlow(Device device) => device.Info.Kind == DeviceKind.IlgpuCpu;

    /// <summary>One thread runs the same loops as two: at a length for a few threads, not for many.</summary>
    public static bool IsSecond(Device device) => device.Info.Capabilities.EndsWith(", 1 thread", StringComparison.Ordinal);

    /// <summary>Opens a device once for a test class: compiling the kernels of a GPU is what takes time.</summary>
    public Device Open(string name)
    {
        if (!_open.TryGetValue(name, out Device? device))
        {
            _open[name] = device = Usable.Single(c => Name(c) == name).Open();
        }

        return device;
    }

    public void Dispose()
    {
        foreach (Device device in _open.Values)
        {
            device.Dispose();
        }
    }
}
