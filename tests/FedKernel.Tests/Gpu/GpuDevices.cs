// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu;
using Xunit;

namespace FedKernel.Tests.Gpu;

/// <summary>The ILGPU devices of this machine, each opened once: compiling its kernels is what takes time.</summary>
public sealed class GpuDevices : IDisposable
{
    private readonly IReadOnlyList<DeviceCandidate> _candidates = new IlgpuDeviceProvider(relaxed: true).Find();
    private readonly Dictionary<string, Device> _open = [];

    /// <summary>The ids that tests name; what is not here skips.</summary>
    public static IReadOnlyList<string> Names { get; } = ["ilgpu-cpu", "opencl:0", "cuda:0"];

    /// <summary>The same as test data.</summary>
    public static TheoryData<string> Ids => [.. Names];

    /// <summary>The device that the tests of a class share, or a skip with the reason.</summary>
    public Device Open(string id)
    {
        if (!_open.TryGetValue(id, out Device? device))
        {
            _open[id] = device = OpenAnew(id);
        }

        return device;
    }

    /// <summary>A device that one test may spoil.</summary>
    public Device OpenAnew(string id)
    {
        DeviceCandidate? candidate = _candidates.FirstOrDefault(c => c.Info.Id == id);
        if (candidate?.Refusal is string refusal)
        {
            Assert.Skip($"{id}: {refusal}");
        }

        Assert.NotNull(candidate);
        return candidate.Open();
    }

    public void Dispose()
    {
        foreach (Device device in _open.Values)
        {
            device.Dispose();
        }
    }
}
