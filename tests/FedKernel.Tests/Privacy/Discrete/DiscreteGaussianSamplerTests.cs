// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy.Discrete;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Privacy.Discrete;

public sealed class DiscreteGaussianSamplerTests : IDisposable
{
    private readonly CpuDevice _device = new();
    private readonly SecretKey256 _key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    [Fact]
    public void AddNoise_PieceByPiece_IsTheNoiseOfTheWhole()
    {
        using var sampler = new DiscreteGaussianSampler(_device, 1000);
        using DeviceBuffer<int> whole = _device.Allocate<int>(5000), pieces = _device.Allocate<int>(5000);
        sampler.AddNoise(whole, whole, Stream(1));
        using (DeviceBuffer<int> first = pieces.Slice(0, 2048), second = pieces.Slice(2048, 5000 - 2048))
        {
            sampler.AddNoise(second, second, Stream(1), 8);
            sampler.AddNoise(first, first, Stream(1), 0);
        }

        Assert.Equal(whole.ToArray(), pieces.ToArray());
        Assert.All(whole.ToArray(), z => Assert.InRange(Math.Abs((double)z), 0, sampler.Table.Bound));
    }

    [Fact]
    public void AddNoise_TwoStreams_AreIndependent()
    {
        using var sampler = new DiscreteGaussianSampler(_device, 8);
        using DeviceBuffer<int> a = _device.Allocate<int>(1 << 16), b = _device.Allocate<int>(1 << 16);
        sampler.AddNoise(a, a, Stream(1));
        sampler.AddNoise(b, b, Stream(2));
        double correlation = a.ToArray().Zip(b.ToArray(), (x, y) => (double)x * y).Sum() / (64 * Math.Sqrt(1 << 16));
        Assert.InRange(correlation, -5, 5);
    }

    [Fact]
    public void RoundAndAddNoise_TiesAndLargeValues_RoundToEvenAndCarryTheNoiseOfAddNoise()
    {
        float[] x = [0.5f, 1.5f, 2.5f, -0.5f, -2.5f, 4095.5f, 4096.5f, -12345.5f, 8388607.5f, 1 << 30, -(1 << 30), 0.49999997f, -0f];
        using var sampler = new DiscreteGaussianSampler(_device, 2.342);
        using DeviceBuffer<float> source = _device.Upload<float>(x);
        using DeviceBuffer<int> noise = _device.Allocate<int>(x.Length), both = _device.Allocate<int>(x.Length);
        sampler.AddNoise(noise, noise, Stream(1));
        sampler.RoundAndAddNoise(source, 1, both, Stream(1));
        Assert.Equal(
            [0, 2, 2, 0, -2, 4096, 4096, -12346, 8388608, 1 << 30, -(1 << 30), 0, 0],
            both.ToArray().Zip(noise.ToArray(), (a, z) => a - z));
    }

    [Fact]
    public void RoundAndAddNoise_RandomProducts_AreMathRound()
    {
        var random = new SimulationRandom(new SimulationSeed(1));
        float[] x = [.. Enumerable.Range(0, 20_000).Select(i => (float)(random.NextNormal() * Math.Pow(2, random.NextBelow(27))))];
        const float Factor = 0.7f;
        using var sampler = new DiscreteGaussianSampler(_device, 1);
        using DeviceBuffer<float> source = _device.Upload<float>(x);
        using DeviceBuffer<int> noise = _device.Allocate<int>(x.Length), both = _device.Allocate<int>(x.Length);
        sampler.AddNoise(noise, noise, Stream(1));
        sampler.RoundAndAddNoise(source, Factor, both, Stream(1));
        Assert.Equal(
            x.Select(v => (int)Math.Round((double)(v * Factor), MidpointRounding.ToEven)),
            both.ToArray().Zip(noise.ToArray(), (a, z) => a - z));
    }

    [Fact]
    public void Draw_WrongArguments_AreRefusedBeforeAnythingIsWritten()
    {
        using var sampler = new DiscreteGaussianSampler(_device, 8);
        using DeviceBuffer<int> x = _device.Allocate<int>(512);
        using DeviceBuffer<int> lower = x.Slice(0, 256), upper = x.Slice(1, 256), shorter = x.Slice(0, 100);
        using DeviceBuffer<float> source = _device.Allocate<float>(512);
        Assert.Throws<ArgumentException>(() => sampler.AddNoise(lower, upper, Stream(1)));
        Assert.Throws<ArgumentException>(() => sampler.AddNoise(lower, shorter, Stream(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.AddNoise(x, x, Stream(1), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.AddNoise(x, x, Stream(1), (1L << 31) / 16 - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.RoundAndAddNoise(source, float.NaN, x, Stream(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.RoundAndAddNoise(source, 0, x, Stream(1)));
        using var other = new CpuDevice();
        using DeviceBuffer<int> foreign = other.Allocate<int>(512);
        Assert.Throws<ArgumentException>(() => sampler.AddNoise(foreign, foreign, Stream(1)));
        Assert.All(x.ToArray(), z => Assert.Equal(0, z));
    }

    [Fact]
    public void AddNoise_SmallestSigma_IsZero()
    {
        using var sampler = new DiscreteGaussianSampler(_device, 1.0 / 64);
        using DeviceBuffer<int> x = _device.Upload<int>([int.MaxValue, int.MinValue, 7]);
        sampler.AddNoise(x, x, Stream(1));
        Assert.Equal([int.MaxValue, int.MinValue, 7], x.ToArray());
    }

    public void Dispose()
    {
        _key.Dispose();
        _device.Dispose();
    }

    private ChaCha20Stream Stream(uint round) => _key.CreateStream(new StreamId(round, StreamPurpose.PrivacyNoise));
}
