// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using Xunit;

namespace FedKernel.Tests.Devices.Cpu;

/// <summary>After warm-up a launch allocates nothing on the managed heap.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Launch_EveryVerbAfterWarmUp_AllocatesNothing(int threads)
    {
        using var device = new CpuDevice(threadCount: threads);
        using var verbs = new EveryVerb(device, 200_001);
        Assert.All(verbs.All, v => Assert.True(EveryVerb.BytesOf(v.Value) == 0, $"{v.Key}: {EveryVerb.BytesOf(v.Value)} bytes"));
    }
}
