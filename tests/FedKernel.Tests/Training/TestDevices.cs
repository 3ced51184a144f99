// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;

namespace FedKernel.Tests.Training;

/// <summary>The devices on which training must give the same bits.</summary>
internal static class TestDevices
{
    public static IEnumerable<Device> OpenAll()
    {
        foreach (SimdWidth width in SimdWidths.Available)
        {
            yield return new CpuDevice(width, threadCount: 1);
        }
    }
}
