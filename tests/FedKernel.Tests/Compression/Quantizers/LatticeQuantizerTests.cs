// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

public sealed class LatticeQuantizerTests
{
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
        (double[] errors, double[] standardErrors) = quantizer.MeanErrors(device, x, 100_000, s => Quantized.Context(s, seed: s % 16));
        Assert.All(errors.Zip(standardErrors), e => Assert.InRange(Math.Abs(e.First), 0, 5 * e.Second));
    }

    /// <summary>One value at the start of a block is the same everywhere in it once rotated: its codes tell the random bits.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Encode_TwoBlocks_AreRoundedWithBitsOfTheirOwn(bool isSecret)
    {
        using var device = new CpuDevice(threadCount: 1);
        var quantizer = new LatticeQuantizer(8, 1);
        const int Block = 1 << 16;
        var x = new float[2 * Block];
        x[0] = x[Block] = 256 * quantizer.Step / 2;
        EncodingContext context = Quantized.Context(3);
        if (isSecret)
        {
            context = context with { Rounding = RoundingSource.Secret(SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)])) };
        }

        using DeviceBuffer<float> source = device.Upload<float>(x);
        using DeviceBuffer<int> integers = device.Allocate<int>(x.Length);
        quantizer.EncodeIntegers(source, integers, context);
        int[] codes = integers.ToArray();
        Assert.All(codes, c => Assert.InRange(c, -1, 1));
        Assert.InRange(codes.Count(c => c != 0), 0.98 * Block, 1.02 * Block);

        // Signs of the rotation may differ: then equal bits would make one code 0 where the other is not.
        Assert.InRange(Enumerable.Range(0, Block).Count(i => codes[i] == 0 == (codes[Block + i] == 0)), 0.48 * Block, 0.52 * Block);
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
