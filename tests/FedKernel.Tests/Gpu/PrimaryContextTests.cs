// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu;
using FedKernel.Kernels;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using Xunit;

namespace FedKernel.Tests.Gpu;

/// <summary>
/// The order of calls to the CUDA driver, with a stand-in for it and ILGPU's CPU accelerator in the place of a GPU's: no machine
/// here has one. What the driver itself does is not tested.
/// </summary>
public sealed unsafe class PrimaryContextTests
{
    private const nint Primary = 77, OfTheHost = 5;

    [Fact]
    public void PrimaryContext_LifeOfAnAccelerator_IsRetainedFirstAndReleasedLast()
    {
        var driver = new StandIn { CurrentContext = OfTheHost };
        using Context context = Context.Create(b => b.CPU(new CPUDevice(4, 1, 2)));
        Accelerator accelerator = context.Devices[0].CreateAccelerator(context);
        nint own = accelerator.NativePtr;
        var primary = new PrimaryContext(accelerator, driver, 3);
        Assert.Equal(Primary, accelerator.NativePtr);
        var child = new Child(accelerator, driver);
        nint before = primary.Enter();
        Assert.Equal((OfTheHost, Primary), (before, driver.CurrentContext));
        primary.Leave(before);
        Assert.Equal(OfTheHost, driver.CurrentContext);
        primary.Dispose();

        // Memory goes while the primary context is current and stands in ILGPU's field; ILGPU then finds its own one there.
        Assert.Equal((Primary, Primary), child.WhenDisposed);
        Assert.True(accelerator.IsDisposed);
        Assert.Equal(OfTheHost, driver.CurrentContext);
        Assert.Equal(["retain 3", "release 3"], driver.Calls);
        Assert.NotEqual(0, own);
    }

    [Fact]
    public void IlgpuDevice_InThePrimaryContext_WorksThereAndPutsTheHostsBack()
    {
        var driver = new StandIn { CurrentContext = OfTheHost };
        Context context = Context.Create(b => b.CPU(new CPUDevice(4, 1, 2)).Optimize(OptimizationLevel.O2));
        Accelerator accelerator = context.Devices[0].CreateAccelerator(context);
        var info = new DeviceInfo("cuda:3", DeviceKind.Cuda, "stand-in", 0, "none");
        var device = new IlgpuDevice(info, context, accelerator, new PrimaryContext(accelerator, driver, 3));
        float* memory = stackalloc float[8];
        new Span<float>(memory, 8).Fill(2);
        driver.Known = (nint)memory;
        var tensor = new DlpackTensor
        {
            Data = (nint)memory,
            DeviceType = DlpackDeviceType.Cuda,
            DeviceId = 3,
            TypeCode = DlpackTypeCode.Float,
            Bits = 32,
            Shape = [8],
        };
        DeviceBuffer<float> x = device.Wrap<float>(tensor);
        device.Map(x, x, new Scale(4));
        Assert.Equal(8, memory[7]);
        Assert.Equal(OfTheHost, driver.CurrentContext);
        var e = Assert.Throws<ArgumentException>(() => device.Wrap<float>((nint)(memory + 1), 1));
        Assert.Contains("no memory of 'cuda:3'", e.Message, StringComparison.Ordinal);
        DeviceBuffer<float> own = device.Upload<float>([1]);
        driver.Sets.Clear();
        Assert.Throws<ArgumentException>(() => device.Describe(own, 2));
        Assert.Equal((DlpackDeviceType.Cuda, 3), (device.Describe(own).DeviceType, device.Describe(own).DeviceId));
        own.Dispose();
        Assert.Equal([Primary, OfTheHost], driver.Sets);
        device.Dispose();
        Assert.Equal(OfTheHost, driver.CurrentContext);
        Assert.Equal(["retain 3", "release 3"], driver.Calls);
    }

    private sealed class Child(Accelerator accelerator, StandIn driver) : AcceleratorObject(accelerator)
    {
        public (nint Pointer, nint Current) WhenDisposed { get; private set; }

        protected override void DisposeAcceleratorObject(bool disposing) =>
            WhenDisposed = (Accelerator.NativePtr, driver.CurrentContext);
    }

    private sealed class StandIn : ICudaDriver
    {
        private nint _current;

        public List<string> Calls { get; } = [];

        public List<nint> Sets { get; } = [];

        public nint Known { get; set; }

        public nint CurrentContext
        {
            get => _current;
            set
            {
                _current = value;
                Sets.Add(value);
            }
        }

        public nint RetainPrimary(int device)
        {
            Calls.Add($"retain {device}");
            return Primary;
        }

        public void ReleasePrimary(int device) => Calls.Add($"release {device}");

        public int? DeviceOf(nint address) => address == Known ? 3 : null;
    }
}
