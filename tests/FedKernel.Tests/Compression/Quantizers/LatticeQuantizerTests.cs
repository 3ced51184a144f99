// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Tests.Contracts;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

public sealed class LatticeQuantizerTests(TestDevices devices) : IClassFixture<TestDevices>
{
    public static TheoryData<string> Devices => [.. TestDevices.Usable.Select(TestDevices.Name)];

    [Theory]
    [InlineData(-15, 0)]
    [InlineData(20, 5)]
    [InlineData(10, -5)]
    [InlineData(-5, -5)]
    [InlineData(9, 9)]
    public void Wrap_MinusFiveToTen_IsTheKnownAnswer(long value, long expected) =>
        Assert.Equal(expected, new ModularRange(-5, 10).Wrap(value)); // TensorFlow Federated, modular clipping

    [Theory]
    [InlineData(16, 8, 4095)]
    [InlineData(8, 127, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(32, 1000, 2_147_483)]
    [InlineData(32, 1, 8_388_607)]
    public void LargestCode_BitsAndClients_IsTheMostThatCannotWrap(int bits, int clients, int expected)
    {
        var quantizer = new LatticeQuantizer(bits, clients, 0.5f);
        Assert.Equal(expected, quantizer.LargestCode);
        Assert.Equal(0.5f / expected, quantizer.Step);
        Assert.True((long)clients * expected < 1L << (bits - 1));
    }

    [Theory]
    [InlineData(8, 128, 1f)]
    [InlineData(1, 1, 1f)]
    [InlineData(33, 1, 1f)]
    [InlineData(8, 0, 1f)]
    [InlineData(8, 8, 0f)]
    [InlineData(8, 8, float.NaN)]
    public void Constructor_SumThatCouldWrapOrNoBound_IsRefused(int bits, int clients, float bound) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatticeQuantizer(bits, clients, bound));

    [Theory]
    [InlineData(5, 3)]
    [InlineData(8, 5)]
    [InlineData(12, 5)]
    [InlineData(16, 7)]
    [InlineData(27, 7)]
    public void Sums_OfCodes_AreCodesOfSums(int bits, int clients)
    {
        using var device = new CpuDevice(threadCount: 2);
        var quantizer = new LatticeQuantizer(bits, clients, 4);
        const int Length = 70_001;
        SharedSeed seed = Quantized.Context(0).Seed;
        var sums = new int[LatticeQuantizer.CodeCount(Length)];
        var values = new double[Length];
        using EncodedValues packed = quantizer.Allocate(device, Length);
        for (uint c = 0; c < clients; c++)
        {
            float[] x = Quantized.Normal(device, Length, c);
            EncodingContext context = Quantized.Context(c + 1, seed: 0);
            using EncodedValues encoded = quantizer.Encode(device, x, context);
            quantizer.Add(packed, encoded);
            float[] decoded = quantizer.Decode(encoded, seed);
            using DeviceBuffer<float> source = device.Upload<float>(x);
            using DeviceBuffer<int> integers = device.Allocate<int>(sums.Length);
            quantizer.EncodeIntegers(source, integers, context);
            int[] codes = integers.ToArray();
            Assert.All(codes, q => Assert.InRange(q, -quantizer.LargestCode, quantizer.LargestCode));
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += codes[i];
            }

            for (int i = 0; i < Length; i++)
            {
                values[i] += decoded[i];
            }
        }

        // Packed codes and integers are the same to the bit; the sum of decoded vectors is rounded elsewhere.
        using DeviceBuffer<int> total = device.Upload<int>(sums);
        using DeviceBuffer<float> sum = device.Allocate<float>(Length);
        quantizer.DecodeIntegers(total, sum, seed);
        float[] decodedSum = sum.ToArray();
        Assert.Equal(decodedSum, quantizer.Decode(packed, seed));
        for (int i = 0; i < Length; i++)
        {
            Assert.InRange(decodedSum[i] - values[i], -2e-5 * clients, 2e-5 * clients);
        }
    }

    [Fact]
    public void Sums_EveryClientAtTheBound_DoNotWrap()
    {
        using var device = new CpuDevice(threadCount: 1);
        var quantizer = new LatticeQuantizer(8, 25, 1e-3f);
        float[] x = Quantized.Normal(device, 2048, 4);
        EncodingContext context = Quantized.Context(9);
        using EncodedValues one = quantizer.Encode(device, x, context), sum = quantizer.Allocate(device, x.Length);
        for (int c = 0; c < 25; c++)
        {
            quantizer.Add(sum, one);
        }

        float[] single = quantizer.Decode(one, context.Seed), all = quantizer.Decode(sum, context.Seed);
        Assert.All(single.Zip(all), p => Assert.Equal(25 * p.First, p.Second, 1e-5));
    }

    [Fact]
    public void Encode_Stochastic_IsUnbiased()
    {
        using var device = new CpuDevice(threadCount: 1);
        var quantizer = new LatticeQuantizer(4, 1, 3);
        float[] x = [2, -1, 0.3f, 0, 1e-3f];
        const int Encodings = 100_000;
        double[] sums = new double[x.Length], squares = new double[x.Length];
        using DeviceBuffer<float> source = device.Upload<float>(x);
        using DeviceBuffer<float> estimate = device.Allocate<float>(x.Length);
        using EncodedValues encoded = quantizer.Allocate(device, x.Length);
        for (uint s = 0; s < Encodings; s++)
        {
            EncodingContext context = Quantized.Context(s, seed: s % 16);
            quantizer.Encode(source, encoded, context);
            quantizer.Decode(encoded, estimate, context.Seed);
            float[] y = estimate.ToArray();
            for (int i = 0; i < x.Length; i++)
            {
                sums[i] += y[i] - x[i];
                squares[i] += ((double)y[i] - x[i]) * (y[i] - x[i]);
            }
        }

        Assert.All(Enumerable.Range(0, x.Length), i => Assert.InRange(
            Math.Abs(sums[i] / Encodings), 0, 5 * Math.Sqrt(squares[i]) / Encodings));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(65_537)]
    public void Encode_ToNearest_ErrsByHalfAStep(int length)
    {
        using var device = new CpuDevice(threadCount: 2);
        var quantizer = new LatticeQuantizer(10, 4, 8, isStochastic: false);
        float[] x = Quantized.Normal(device, length, 12);
        float[] y = quantizer.RoundTrip(device, x, Quantized.Context(1) with { Rounding = null });
        double error = Math.Sqrt(x.Zip(y, (a, b) => ((double)a - b) * ((double)a - b)).Sum());
        Assert.InRange(error, 0, (quantizer.Step / 2 * Math.Sqrt(LatticeQuantizer.CodeCount(length))) + 1e-4);
        Assert.All(quantizer.RoundTrip(device, new float[length], Quantized.Context(1)), v => Assert.Equal(0, v));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Encode_EveryDevice_GivesTheSameBytes(string name)
    {
        Device device = devices.Open(name);
        using var plain = new CpuDevice(SimdWidth.Scalar, 1);
        float[] x = [.. Enumerable.Range(0, TestDevices.IsSlow(device) ? 3000 : 70_000).Select(i => MathF.Sin(i) * (i % 13))];
        foreach (LatticeQuantizer quantizer in (LatticeQuantizer[])[new(6, 2, 20), new(16, 8, 20, isStochastic: false)])
        {
            EncodingContext context = Quantized.Context(2);
            using EncodedValues expected = quantizer.Encode(plain, x, context), actual = quantizer.Encode(device, x, context);
            Assert.Equal(expected.Codes.ToArray(), actual.Codes.ToArray());
            Assert.Equal(quantizer.Decode(expected, context.Seed), quantizer.Decode(actual, context.Seed));
        }
    }

    [Fact]
    public void EncodeWithFeedback_SumAndMemory_LeavesWhatWasLost()
    {
        using var device = new CpuDevice(threadCount: 2);
        var quantizer = new LatticeQuantizer(6, 2, 6);
        float[] x = Quantized.Normal(device, 66_000, 10), m = Quantized.Normal(device, 66_000, 11);
        float[] p = [.. x.Zip(m, (a, b) => a + b)];
        EncodingContext context = Quantized.Context(6);
        using EncodedValues plain = quantizer.Encode(device, p, context), encoded = quantizer.Allocate(device, p.Length);
        using DeviceBuffer<float> source = device.Upload<float>(x), memory = device.Upload<float>(m);
        quantizer.EncodeWithFeedback(source, memory, encoded, context);
        Assert.Equal(plain.Codes.ToArray(), encoded.Codes.ToArray());
        float[] decoded = quantizer.Decode(plain, context.Seed);
        Assert.Equal([.. p.Zip(decoded, (a, b) => a - b)], memory.ToArray());
    }

    [Fact]
    public void Encode_WhatCannotBe_IsRefused()
    {
        using var device = new CpuDevice(threadCount: 1);
        var quantizer = new LatticeQuantizer(8, 4);
        Assert.Contains("Value 1 ", Assert.Throws<ProtocolException>(() => quantizer.Encode(device, [1, float.NaN], Quantized.Context(1))).Message, StringComparison.Ordinal);
        Assert.Throws<ProtocolException>(() => quantizer.Encode(device, [3e38f, 3e38f], Quantized.Context(1)));
        Assert.Throws<ArgumentException>(() => quantizer.Encode(device, [1], Quantized.Context(1) with { Rounding = null }));
    }

    [Fact]
    public void Check_BitsBehindTheLastCode_AreRefused()
    {
        var quantizer = new LatticeQuantizer(5, 2);
        Assert.Equal(2, quantizer.CodeBytes(2));
        quantizer.Check(2, [0xFF, 0x03], []);
        Assert.Throws<DataFormatException>(() => quantizer.Check(2, [0xFF, 0x07], []));
        quantizer.Check(0, [], []);
    }

    [Fact]
    public void Parse_Names_AreCanonicalAndSumsCommute()
    {
        Assert.Equal("lattice:16,8", CompressionPipeline.Parse("lattice:16,8,1").Name);
        Assert.Equal("latticenearest:8,4,0.25", CompressionPipeline.Parse("latticenearest:8,4,0.25").Name);
        Assert.Throws<ArgumentException>(() => CompressionPipeline.Parse("lattice:8,128"));
        Assert.True(new LatticeQuantizer(16, 8).Describe(5).SumsCommute);
    }
}
