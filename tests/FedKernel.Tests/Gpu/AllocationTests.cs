// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Tests.Devices;
using Xunit;

namespace FedKernel.Tests.Gpu;

/// <summary>After warm-up a launch allocates nothing on the managed heap, as far as it is ours.</summary>
[Collection(nameof(GpuCollection))]
public sealed class AllocationTests(GpuDevices devices)
{
    [Theory]
    [InlineData("opencl:0")]
    [InlineData("cuda:0")]
    public void Launch_EveryVerbAfterWarmUp_AllocatesNothing(string id)
    {
        using var verbs = new EveryVerb(devices.Open(id), 50_001);
        Assert.All(verbs.All, v => Assert.True(EveryVerb.BytesOf(v.Value) == 0, $"{v.Key}: {EveryVerb.BytesOf(v.Value)} bytes"));
    }

    [Fact]
    public void Launch_OnIlgpuCpu_AllocatesTheTaskOfEachKernelOnly()
    {
        // ILGPU's CPU device makes an object for each launch, with the arguments in it: 192 bytes for a map of one vector, and
        // sixteen kernels more in each of the eight launches of AccumulateRows. Where its threads wait for each other, they
        // allocate now and then, hence one launch at a time. Vectors twice as long must not change it.
        int most = 8 * (192 + (16 * Unsafe.SizeOf<FixedPointAccumulate>()));
        Device device = devices.Open("ilgpu-cpu");
        using EveryVerb verbs = new(device, 5_001), longer = new(device, 10_001);
        Assert.All(verbs.All, v =>
        {
            double bytes = EveryVerb.BytesOf(v.Value, launches: 1);
            Assert.InRange(bytes, 0, most);
            Assert.Equal(bytes, EveryVerb.BytesOf(longer.All[v.Key], launches: 1));
        });
    }
}
