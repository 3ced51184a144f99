// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu;
using Xunit;

namespace FedKernel.Tests.Gpu;

public sealed class IlgpuDeviceProviderTests
{
    [Fact]
    public void Find_AnyMachine_ListsEachKindUsableOrWithARemedy()
    {
        IReadOnlyList<DeviceCandidate> found = new IlgpuDeviceProvider(relaxed: false).Find();
        Assert.Equal(["cuda:0", "ilgpu-cpu", "opencl:0"], found.Select(c => c.Info.Id).Where(i => !i.EndsWith(":1")).Order());
        Assert.All(found.Where(c => c.Refusal is not null), c =>
        {
            Assert.Matches("install|FEDKERNEL_OPENCL_RELAXED|nvidia-smi|float64", c.Refusal!);
            var e = Assert.Throws<DeviceException>(() => c.Open());
            Assert.Contains(c.Info.Id, e.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Find_NoGenericAddressSpace_IsRefusedUntilRelaxed()
    {
        DeviceCandidate? strict = new IlgpuDeviceProvider(relaxed: false).Find()
            .FirstOrDefault(c => c.Refusal?.Contains("generic address space", StringComparison.Ordinal) == true);
        Assert.SkipWhen(strict is null, "no OpenCL device without generic address space (PoCL 3 is one)");
        Assert.Contains($"{IlgpuDeviceProvider.RelaxedVariable}=1", strict.Refusal, StringComparison.Ordinal);
        DeviceCandidate relaxed = new IlgpuDeviceProvider(relaxed: true).Find().Single(c => c.Info.Id == strict.Info.Id);
        Assert.Null(relaxed.Refusal);
        Assert.Contains("relaxed", relaxed.Info.Capabilities, StringComparison.Ordinal);
        using Device device = relaxed.Open();
        Assert.Equal(DeviceKind.OpenCl, device.Info.Kind);
    }

    [Fact]
    public void Open_IlgpuCpu_NamesItself()
    {
        using Device device = new IlgpuDeviceProvider().Find().Single(c => c.Info.Id == "ilgpu-cpu").Open();
        Assert.Equal(DeviceKind.IlgpuCpu, device.Info.Kind);
        Assert.False(device.SharesHostMemory);
        Assert.True(device.Info.MemoryBytes > 0);
    }
}
