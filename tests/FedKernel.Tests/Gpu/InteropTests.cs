// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Devices;
using FedKernel.Gpu;
using FedKernel.Kernels;
using FedKernel.Numerics;
using Xunit;

namespace FedKernel.Tests.Gpu;

/// <summary>Memory of the host in kernels without a copy: on ILGPU's CPU device, whose memory has addresses as a GPU's has.</summary>
[Collection(nameof(GpuCollection))]
public sealed unsafe class InteropTests(GpuDevices devices)
{
    private const int Length = 1001;

    private IlgpuDevice Cpu => (IlgpuDevice)devices.Open("ilgpu-cpu");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void Wrap_MemoryOfTheHost_KernelsWorkInPlace(int offset)
    {
        using var memory = new HostMemory(Length + 16);
        memory.Floats.Fill(3);
        using DeviceBuffer<float> x = Cpu.Wrap<float>(memory.Address + (4 * offset), Length);
        Cpu.Map(x, x, new Scale(2));
        Assert.Equal(36.0 * Length, Cpu.Reduce(x, new SquaredL2Norm()));
        Assert.All(memory.Floats[..offset].ToArray(), v => Assert.Equal(3, v));
        Assert.All(memory.Floats.Slice(offset, Length).ToArray(), v => Assert.Equal(6, v));
        Assert.All(memory.Floats[(offset + Length)..].ToArray(), v => Assert.Equal(3, v));
        x.CopyFrom([9], 5);
        Assert.Equal(9, memory.Floats[offset + 5]);
    }

    [Fact]
    public void Wrap_RowsInTheirOwnType_AreReadWhereTheyLie()
    {
        using var memory = new HostMemory(Length);
        var values = new Span<BFloat16>((void*)memory.Address, Length);
        values.Fill((BFloat16)1.5f);
        using DeviceBuffer<BFloat16> row = Cpu.Wrap<BFloat16>(memory.Address, Length);
        using DeviceBuffer<float> d = Cpu.Allocate<float>(Length);
        Cpu.RowCombine([row, row], [2, 4], d, new WeightedSum());
        Assert.All(d.ToArray(), v => Assert.Equal(9, v));
    }

    [Fact]
    public void Wrap_OverlappingMemory_IsRefusedWhereTheResultWouldDependOnTheDevice()
    {
        using var memory = new HostMemory(64);
        using DeviceBuffer<float> a = Cpu.Wrap<float>(memory.Address, 32), b = Cpu.Wrap<float>(memory.Address + 64, 32);
        using DeviceBuffer<float> apart = Cpu.Wrap<float>(memory.Address + 128, 32);
        Assert.Throws<ArgumentException>(() => Cpu.Map(a, b, new Copy()));
        Cpu.Map(a, apart, new Copy());
    }

    [Fact]
    public void Wrap_AfterDisposal_IsRefusedAndTheMemoryStaysTheCallers()
    {
        using var memory = new HostMemory(8);
        memory.Floats.Fill(5);
        DeviceBuffer<float> x = Cpu.Wrap<float>(memory.Address, 8);
        DeviceBuffer<float> window = x.Slice(2, 4);
        x.Dispose();
        Assert.Throws<ObjectDisposedException>(() => window.ToArray());
        Assert.Throws<ObjectDisposedException>(() => Cpu.Describe(x));
        Assert.Equal(5, memory.Floats[3]);
    }

    [Fact]
    public void Wrap_WrongArguments_AreNamed()
    {
        using var memory = new HostMemory(8);
        var e = Assert.Throws<ArgumentException>(() => Cpu.Wrap<double>(memory.Address + 4, 1));
        Assert.Contains($"0x{memory.Address + 4:x}", e.Message, StringComparison.Ordinal);
        Assert.Contains("multiple of 8", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => Cpu.Wrap<float>(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cpu.Wrap<float>(memory.Address, -1));
        using DeviceBuffer<float> none = Cpu.Wrap<float>(0, 0);
        Assert.Equal(0, Cpu.Reduce(none, new Sum()));
    }

    [Fact]
    public void Describe_Buffer_CanBeWrappedAgain()
    {
        using DeviceBuffer<float> x = Cpu.Upload<float>([1, 2, 3, 4, 5, 6, 7, 8]);
        DlpackTensor tensor = Cpu.Describe(x.Slice(2, 6), 2, 3);
        Assert.Equal((DlpackDeviceType.Cpu, 0), (tensor.DeviceType, tensor.DeviceId));
        Assert.Equal((DlpackTypeCode.Float, 32, 1), (tensor.TypeCode, tensor.Bits, tensor.Lanes));
        Assert.Equal([2, 3], tensor.Shape);
        Assert.Null(tensor.Strides);
        Assert.Equal(8, tensor.ByteOffset);
        Assert.Equal(3, *(float*)(tensor.Data + 8));
        using DeviceBuffer<float> again = Cpu.Wrap<float>(tensor);
        Cpu.Map(again, again, new Scale(10));
        Assert.Equal([1, 2, 30, 40, 50, 60, 70, 80], x.ToArray());
        Assert.Throws<ArgumentException>(() => Cpu.Describe(x, 3, 3));
        Assert.Equal([8], Cpu.Describe(x).Shape);
    }

    [Fact]
    public void Describe_OfOpenCl_NamesTheMemoryObjectAndLendsNone()
    {
        var device = (IlgpuDevice)devices.Open("opencl:0");
        using DeviceBuffer<Half> x = device.Allocate<Half>(10);
        DlpackTensor tensor = device.Describe(x.Slice(3, 7));
        Assert.Equal((DlpackDeviceType.OpenCl, 6L, 16), (tensor.DeviceType, tensor.ByteOffset, tensor.Bits));
        Assert.NotEqual(0, tensor.Data);
        var e = Assert.Throws<DeviceException>(() => device.Wrap<Half>(tensor));
        Assert.Contains("Upload", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Cpu.Describe(x));
    }

    [Fact]
    public void Wrap_TensorThatDoesNotFit_SaysWhy()
    {
        using var memory = new HostMemory(64);
        DlpackTensor Tensor(
            DlpackTypeCode code = DlpackTypeCode.Float, int bits = 32, int lanes = 1, DlpackDeviceType type = DlpackDeviceType.Cpu,
            int id = 0, long[]? shape = null, long[]? strides = null) => new()
            {
                Data = memory.Address,
                DeviceType = type,
                DeviceId = id,
                TypeCode = code,
                Bits = bits,
                Lanes = lanes,
                Shape = shape ?? [4, 8],
                Strides = strides,
                ByteOffset = 16,
            };

        void Refused(DlpackTensor tensor, string word) =>
            Assert.Contains(word, Assert.Throws<ArgumentException>(() => Cpu.Wrap<float>(tensor)).Message, StringComparison.Ordinal);

        using (DeviceBuffer<float> x = Cpu.Wrap<float>(Tensor(strides: [8, 1])))
        {
            Assert.Equal(32, x.Length);
        }

        Refused(Tensor(code: DlpackTypeCode.Int), "Int, 32 bits");
        Refused(Tensor(bits: 64), "64 bits");
        Refused(Tensor(lanes: 4), "4 lanes");
        Refused(Tensor(type: DlpackDeviceType.Cuda), "Cuda 0");
        Refused(Tensor(id: 1), "Cpu 1");
        Refused(Tensor(strides: [1, 4]), "strides 1, 4");
        Refused(Tensor(strides: [1]), "1 strides for 2 extents");
        Assert.Throws<ArgumentOutOfRangeException>(() => Cpu.Wrap<float>(Tensor(shape: [-1, 2])));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cpu.Wrap<float>(Tensor(shape: [1L << 40, 1L << 40])));
    }

    [Theory]
    [InlineData("2,3", "3,1", true)]
    [InlineData("2,3", "1,2", false)]
    [InlineData("1,3", "99,1", true)]
    [InlineData("2,1,3", "3,7,1", true)]
    [InlineData("0,3", "5,5", true)]
    [InlineData("4", "2", false)]
    public void IsCompact_ShapeAndStrides_MeansRowMajorWithoutGaps(string shape, string strides, bool compact)
    {
        long[] Parse(string text) => [.. text.Split(',').Select(long.Parse)];
        var tensor = new DlpackTensor
        {
            Data = 0,
            DeviceType = DlpackDeviceType.Cpu,
            DeviceId = 0,
            TypeCode = DlpackTypeCode.Float,
            Bits = 32,
            Shape = Parse(shape),
            Strides = Parse(strides),
        };
        Assert.Equal(compact, tensor.IsCompact);
    }

    private sealed class HostMemory(int length) : IDisposable
    {
        public nint Address { get; } = (nint)NativeMemory.AlignedAlloc((nuint)length * 4, 64);

        public Span<float> Floats => new((void*)Address, length);

        public void Dispose() => NativeMemory.AlignedFree((void*)Address);
    }
}
