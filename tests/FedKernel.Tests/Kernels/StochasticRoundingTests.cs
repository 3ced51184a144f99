// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Kernels;

/// <summary>What codes of one byte promise, beyond the bits that the contract tests hold them to.</summary>
public sealed class StochasticRoundingTests : IDisposable
{
    private readonly CpuDevice _device = new();

    [Fact]
    public void Quantize_ManyStreams_IsUnbiasedAndWithinOneStep()
    {
        // One block: its scale is 1 / 127. The mean of n codes scatters by at most ½ / √n of a step.
        const int Streams = 4000;
        float[] x = [.. Enumerable.Range(0, 256).Select(i => (i - 128) / 128f)];
        var sums = new double[x.Length];
        using DeviceBuffer<float> source = _device.Upload<float>(x);
        for (uint s = 0; s < Streams; s++)
        {
            (sbyte[] codes, float[] scales) = Quantize(source, Stream(s));
            Assert.Equal(1f / 127, scales[0], 1e-9);
            for (int i = 0; i < x.Length; i++)
            {
                Assert.True(Math.Abs((codes[i] * scales[0]) - x[i]) <= scales[0] * 1.00001);
                sums[i] += codes[i] * (double)scales[0];
            }
        }

        double five = 5 * 0.5 / Math.Sqrt(Streams) / 127;
        for (int i = 0; i < x.Length; i++)
        {
            Assert.True(Math.Abs((sums[i] / Streams) - x[i]) < five, $"{x[i]}: mean {sums[i] / Streams}");
        }
    }

    [Fact]
    public void Quantize_IntegersOfTheGrid_AreKept()
    {
        float[] x = [.. Enumerable.Range(-127, 255).Select(i => (float)i), 0];
        using DeviceBuffer<float> source = _device.Upload<float>(x);
        (sbyte[] codes, float[] scales) = Quantize(source, Stream(1));
        Assert.Equal(1, scales[0]);
        Assert.Equal(x.Select(v => (sbyte)v), codes);
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1e-31f, 0f)]
    [InlineData(float.NaN, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, float.PositiveInfinity)]
    public void Quantize_BlockWithoutAScale_HasCodesOfZero(float value, float scale)
    {
        var x = new float[512];
        Array.Fill(x, 1);
        x.AsSpan(0, 256).Fill(value == 0 || value == 1e-31f ? value : 1);
        x[17] = value;
        using DeviceBuffer<float> source = _device.Upload<float>(x);
        (sbyte[] codes, float[] scales) = Quantize(source, Stream(2));
        Assert.Equal([scale, 1f / 127], scales);
        Assert.All(codes[..256], c => Assert.Equal(0, c));
        Assert.All(codes[256..], c => Assert.Equal(127, c));
    }

    [Fact]
    public void Quantize_WrongArguments_AreRefused()
    {
        using DeviceBuffer<float> source = _device.Allocate<float>(300), scales = _device.Allocate<float>(2);
        using DeviceBuffer<sbyte> codes = _device.Allocate<sbyte>(300);
        StochasticRounding<PhiloxStream> op = Stream(1);
        Assert.Throws<ArgumentException>(() => _device.Quantize(source, codes.Slice(0, 299), scales, op, 0));
        Assert.Throws<ArgumentException>(() => _device.Quantize(source, codes, scales.Slice(0, 1), op, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _device.Quantize(source, codes, scales, op, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _device.Quantize(source, codes, scales, op, -2));
        Assert.Throws<ArgumentOutOfRangeException>(() => _device.Quantize(source, codes, scales, op, 1L << 28));
        Assert.Throws<ArgumentException>(() => _device.Quantize(source, codes, source.Slice(0, 2), op, 0));
        Assert.Throws<ArgumentNullException>(() => _device.Quantize(null!, codes, scales, op, 0));
    }

    public void Dispose() => _device.Dispose();

    private static StochasticRounding<PhiloxStream> Stream(uint tensor) =>
        new(new PhiloxStream(new SimulationSeed(9), new StreamId(1, StreamPurpose.Rounding, tensor)));

    private (sbyte[] Codes, float[] Scales) Quantize(DeviceBuffer<float> source, StochasticRounding<PhiloxStream> op)
    {
        using DeviceBuffer<sbyte> codes = _device.Allocate<sbyte>(source.Length);
        using DeviceBuffer<float> scales = _device.Allocate<float>((source.Length + 255) / 256);
        _device.Quantize(source, codes, scales, op, 0);
        return (codes.ToArray(), scales.ToArray());
    }
}
