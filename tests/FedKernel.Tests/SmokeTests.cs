// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using Xunit;

namespace FedKernel.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Map_Scale_Scales()
    {
        using var device = new CpuDevice();
        using var x = device.Upload<float>([1, 2, 3]);
        device.Map(x, x, new Scale(2));
        Assert.Equal([2, 4, 6], x.ToArray());
    }
}
