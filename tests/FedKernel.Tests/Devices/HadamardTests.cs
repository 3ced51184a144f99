// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Random;
using FedKernel.Tests.Contracts;
using Xunit;

namespace FedKernel.Tests.Devices;

/// <summary>The transform itself; that every device gives the bits of the plain one is in the contract of kernels.</summary>
public sealed class HadamardTests(TestDevices devices) : IClassFixture<TestDevices>
{
    public static TheoryData<string> Devices => [.. TestDevices.Usable.Select(TestDevices.Name)];

    [Theory]
    [MemberData(nameof(Devices))]
    public void Hadamard_OneToEight_IsTheKnownAnswer(string name)
    {
        // Sylvester's order, as in TensorFlow Federated's fast_walsh_hadamard_transform.
        Device device = devices.Open(name);
        using DeviceBuffer<float> x = device.Upload<float>([1, 2, 3, 4, 5, 6, 7, 8]);
        device.Hadamard(x, 3, 1);
        Assert.Equal([36, -4, -8, 0, -16, 0, 0, 0], x.ToArray());
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Hadamard_UnitVectorOf256_IsASixteenthEverywhere(string name)
    {
        Device device = devices.Open(name);
        var unit = new float[256];
        unit[17] = 1;
        using DeviceBuffer<float> x = device.Upload<float>(unit);
        device.Hadamard(x, 8, Device.OrthonormalFactor(8));
        Assert.All(x.ToArray(), v => Assert.Equal(1f / 16, MathF.Abs(v)));
        device.Hadamard(x, 8, Device.OrthonormalFactor(8));
        Assert.Equal(unit, x.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(20)]
    public void RotateAndBack_RandomVector_KeepsNormAndComesBack(int exponent)
    {
        using var device = new CpuDevice(threadCount: 2);
        using DeviceBuffer<float> x = device.Allocate<float>(1L << exponent);
        using DeviceBuffer<uint> signs = device.Allocate<uint>(Device.SignWords(x.Length));
        device.DrawSigns(signs, new ChaCha20Stream([1, 2, 3, 4, 5, 6, 7, 8], new StreamId(0, StreamPurpose.Rotation)));
        device.Sample(x, x, new GaussianNoise<PhiloxStream>(new PhiloxStream(new SimulationSeed(3), default), 1));
        float[] before = x.ToArray();
        double norm = device.Reduce(x, default(SquaredL2Norm));
        float factor = Device.OrthonormalFactor(exponent);
        device.Rotate(x, exponent, factor, signs);
        Assert.InRange(device.Reduce(x, default(SquaredL2Norm)) / norm, 1 - 1e-6, 1 + 1e-6);
        device.RotateBack(x, exponent, factor, signs);
        float[] after = x.ToArray();
        Assert.All(Enumerable.Range(0, before.Length).Where(i => i % 97 == 0), i => Assert.Equal(before[i], after[i], 1e-4));
    }

    [Fact]
    public void DrawSigns_Stream_GivesAsManyOfEach()
    {
        using var device = new CpuDevice(threadCount: 1);
        using DeviceBuffer<uint> signs = device.Allocate<uint>(Device.SignWords(1 << 20));
        device.DrawSigns(signs, new ChaCha20Stream([1, 2, 3, 4, 5, 6, 7, 8], new StreamId(0, StreamPurpose.Rotation)));
        Assert.Equal(32_768, signs.Length);
        int negative = signs.ToArray().Sum(w => System.Numerics.BitOperations.PopCount(w));

        // Half of 2²⁰ with a standard deviation of 512.
        Assert.InRange(negative, (1 << 19) - 2560, (1 << 19) + 2560);
    }

    [Fact]
    public void Hadamard_WrongArguments_AreRefused()
    {
        using var device = new CpuDevice(threadCount: 1);
        using DeviceBuffer<float> x = device.Allocate<float>(24);
        using DeviceBuffer<uint> few = device.Allocate<uint>(255);
        var e = Assert.Throws<ArgumentException>(() => device.Hadamard(x, 4, 1));
        Assert.Contains("24 elements: they must be whole blocks of 16", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Hadamard(x, 31, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Hadamard(x, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Hadamard(x, 3, float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Hadamard(x, 3, float.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Rotate(x, 3, 1, few));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.RotateBack(x, 3, 1, few));
        using DeviceBuffer<float> none = device.Allocate<float>(0);
        device.Hadamard(none, 30, 1);
    }
}
