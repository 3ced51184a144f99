// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Cpu;

/// <summary>The processor, as <c>cpu</c> at its widest and once for each width: <c>cpu:512</c>, …, <c>cpu:scalar</c>.</summary>
/// <param name="threadCount">Threads of each; one for each processor if null.</param>
public sealed class CpuDeviceProvider(int? threadCount = null) : IDeviceProvider
{
    /// <inheritdoc/>
    public IReadOnlyList<DeviceCandidate> Find()
    {
        var candidates = new List<DeviceCandidate> { Describe(null) };
        candidates.AddRange(SimdWidths.Available.Select(w => Describe(w)));
        return candidates;
    }

    private DeviceCandidate Describe(SimdWidth? width) =>
        new(CpuDevice.Describe(width, threadCount), () => new CpuDevice(width, threadCount));
}
