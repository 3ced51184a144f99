// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Tests.Contracts;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

/// <summary>What every quantizer of rotated values keeps. A new one is one more line.</summary>
public sealed class RotatedQuantizerTests(TestDevices devices) : IClassFixture<TestDevices>
{
    private static readonly string[] _names =
        ["drive", "eden:2", "eden:4", "eden:7", "lattice:6,2,6", "lattice:6,2,20", "latticenearest:16,8,20"];

    public static TheoryData<string> Names => [.. _names];

    public static TheoryData<string> Devices => [.. TestDevices.Usable.Select(TestDevices.Name)];

    [Theory]
    [MemberData(nameof(Devices))]
    public void Encode_EveryDevice_GivesTheSameBytes(string name)
    {
        Device device = devices.Open(name);
        using var plain = new CpuDevice(SimdWidth.Scalar, 1);
        float[] x = [.. Enumerable.Range(0, TestDevices.IsSlow(device) ? 3000 : 70_000).Select(i => MathF.Sin(i) * (i % 13))];
        foreach (Quantizer quantizer in _names.Select(Parse))
        {
            EncodingContext context = Quantized.Context(2);
            using EncodedValues expected = quantizer.Encode(plain, x, context), actual = quantizer.Encode(device, x, context);
            Assert.Equal(expected.Codes.ToArray(), actual.Codes.ToArray());
            Assert.Equal(expected.Scales.ToArray(), actual.Scales.ToArray());
            Assert.Equal(quantizer.Decode(expected, context.Seed), quantizer.Decode(actual, context.Seed));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EncodeWithFeedback_SumAndMemory_LeavesWhatWasLost(string name)
    {
        using var device = new CpuDevice(threadCount: 2);
        Quantizer quantizer = Parse(name);
        float[] x = Quantized.Normal(device, 66_000, 10), m = Quantized.Normal(device, 66_000, 11);
        float[] p = [.. x.Zip(m, (a, b) => a + b)];
        EncodingContext context = Quantized.Context(6);
        using EncodedValues plain = quantizer.Encode(device, p, context), encoded = quantizer.Allocate(device, p.Length);
        using DeviceBuffer<float> source = device.Upload<float>(x), memory = device.Upload<float>(m);
        quantizer.EncodeWithFeedback(source, memory, encoded, context);
        Assert.Equal(plain.Codes.ToArray(), encoded.Codes.ToArray());
        Assert.Equal(plain.Scales.ToArray(), encoded.Scales.ToArray());
        float[] decoded = quantizer.Decode(plain, context.Seed);
        Assert.Equal([.. p.Zip(decoded, (a, b) => a - b)], memory.ToArray());
        Assert.Equal(x, source.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AddAndAccumulate_DecodedValues_HaveTheSameBits(string name)
    {
        using var device = new CpuDevice(threadCount: 2);
        Quantizer quantizer = Parse(name);
        float[] x = Quantized.Normal(device, 70_001, 9);
        EncodingContext context = Quantized.Context(3);
        using EncodedValues encoded = quantizer.Encode(device, x, context);
        using DeviceBuffer<float> decoded = device.Upload<float>(quantizer.Decode(encoded, context.Seed));
        using DeviceBuffer<float> sums = device.Upload<float>(x), expected = device.Upload<float>(x);
        quantizer.AddTo(encoded, sums, 0.3f, context.Seed);
        device.Map(decoded, expected, expected, new Axpy(0.3f));
        Assert.Equal(expected.ToArray(), sums.ToArray());
        using DeviceBuffer<long> integers = device.Allocate<long>(x.Length), wanted = device.Allocate<long>(x.Length);
        quantizer.AccumulateTo(encoded, integers, new FixedPointAccumulate(1 << 20), context.Seed);
        device.Accumulate(decoded, wanted, new FixedPointAccumulate(1 << 20));
        Assert.Equal(wanted.ToArray(), integers.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Measure_Encoded_IsThatOfTheDecodedValues(string name)
    {
        using var device = new CpuDevice(threadCount: 2);
        Quantizer quantizer = Parse(name);
        EncodingContext context = Quantized.Context(5);
        using EncodedValues encoded = quantizer.Encode(device, Quantized.Normal(device, 140_000, 13), context);
        float[] y = quantizer.Decode(encoded, context.Seed);
        (double largest, double norm) = quantizer.Measure(encoded, context.Seed);
        Assert.Equal(y.Max(MathF.Abs), largest);
        Assert.InRange(norm / y.Sum(v => (double)v * v), 1 - 1e-6, 1 + 1e-6);
    }

    private static Quantizer Parse(string name) => CompressionPipeline.Parse(name).Quantizer;
}
