// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Coding;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

/// <summary>QSGD, TernGrad and signs: known answers, promises, and what is refused.</summary>
public sealed class LevelQuantizerTests : IDisposable
{
    private readonly CpuDevice _device = new(threadCount: 1);

    public static TheoryData<string> Names =>
        ["qsgd:1,32", "qsgd:2,64", "qsgd:7,128", "qsgd:15,32", "qsgd:16,256", "qsgd:63,4096", "qsgd:127,128", "terngrad", "terngrad:64", "sign", "sign:256"];

    public static TheoryData<string> UnbiasedNames => ["qsgd:1,32", "qsgd:3,32", "qsgd:7,64", "qsgd:127,32", "terngrad:32", "terngrad"];

    public void Dispose() => _device.Dispose();

    /// <summary>google-research/federated, compressed_communication: QSGD of a vector of norm 7 with 7 levels is exact.</summary>
    [Fact]
    public void Qsgd_NormSevenSevenLevels_IsExact() =>
        Assert.Equal([2, 3, 6], RoundTrip(Parse("qsgd:7,32"), [2, 3, 6], 1));

    /// <summary>google-research/federated, compressed_communication: two TernGrad encodings of [−1, 0, 10⁵] sum to [0, 0, 2·10⁵].</summary>
    [Theory]
    [InlineData("terngrad")]
    [InlineData("terngrad:32")]
    public void TernGrad_OneLargeValue_IsAllThatIsLeft(string name)
    {
        // −1 stays with probability 10⁻⁵.
        Quantizer quantizer = Parse(name);
        float[] a = RoundTrip(quantizer, [-1, 0, 1e5f], 1), b = RoundTrip(quantizer, [-1, 0, 1e5f], 2);
        Assert.Equal([0, 0, 2e5f], a.Zip(b, (x, y) => x + y));
    }

    /// <summary>google-research/federated, compressed_communication: the scale is ‖x‖₁/d, and sign(0) = +1.</summary>
    [Theory]
    [InlineData("sign")]
    [InlineData("sign:32")]
    public void Sign_OneMinusOneZero_IsTwoThirds(string name) =>
        Assert.Equal([2 / 3f, -2 / 3f, 2 / 3f], RoundTrip(Parse(name), [1, -1, 0], 1));

    [Fact]
    public void Sign_BothZeros_ArePlus()
    {
        using EncodedValues encoded = Encode(Parse("sign"), [-0f, 0, -1, 3], 1);
        Assert.Equal([0b0100], encoded.Codes.ToArray());
    }

    /// <summary>10⁵ encodings of one block, each with bits of its own: the mean is the value within five standard errors.</summary>
    [Theory]
    [MemberData(nameof(UnbiasedNames))]
    public void Encode_ManyTimes_HasTheValueAsItsMean(string name)
    {
        const int Encodings = 100_000, Block = 32;
        Quantizer quantizer = Parse(name);
        float[] block = Normal(Block, 5);
        if (quantizer.WindowUnit is > Block and < 4096)
        {
            block = [.. block, .. Normal((int)quantizer.WindowUnit - Block, 6)];
        }

        int repeats = Encodings * Block / block.Length;
        float[] decoded = RoundTrip(quantizer, [.. Enumerable.Range(0, repeats).SelectMany(_ => block)], 3);
        double scale = decoded.Where(v => v != 0).Min(Math.Abs);
        for (int j = 0; j < block.Length; j++)
        {
            double sum = 0, squares = 0;
            for (int r = 0; r < repeats; r++)
            {
                double v = decoded[(r * block.Length) + j];
                sum += v;
                squares += v * v;
            }

            double mean = sum / repeats, deviation = Math.Sqrt(Math.Max(0, (squares / repeats) - (mean * mean)) / repeats);
            Assert.InRange(mean - block[j], -(5 * deviation) - (scale * Math.ScaleB(1, -15)), (5 * deviation) + (scale * Math.ScaleB(1, -15)));
        }
    }

    /// <summary>The mean squared error of many encodings keeps the bound, also where it is reached.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_AnyVector_KeepsItsVarianceBound(string name)
    {
        Quantizer quantizer = Parse(name);
        int block = (int)quantizer.WindowUnit;
        double t = 1 / (1 + Math.Sqrt(block));
        float[][] vectors =
        [
            Normal(block, 1), [.. Enumerable.Repeat(1f, block)], [.. Enumerable.Range(0, block).Select(i => i == 0 ? 1f : (float)t)],
            [.. Enumerable.Range(0, block).Select(i => i == 3 ? -2f : 0)], Normal(block / 2, 2),
        ];
        foreach (float[] x in vectors)
        {
            int repeats = 400_000 / block;
            double error = 0, norm = x.Sum(v => (double)v * v);
            if (!name.Contains(':', StringComparison.Ordinal) || x.Length < block)
            {
                repeats = 40;
                for (uint r = 0; r < repeats; r++)
                {
                    error += RoundTrip(quantizer, x, r).Zip(x, (a, c) => ((double)a - c) * ((double)a - c)).Sum();
                }
            }
            else
            {
                float[] all = [.. Enumerable.Range(0, repeats).SelectMany(_ => x)];
                error = RoundTrip(quantizer, all, 9).Zip(all, (a, c) => ((double)a - c) * ((double)a - c)).Sum();
            }

            // A twentieth for chance.
            Assert.InRange(error / repeats / norm, 0, (1.05 * quantizer.Describe(x.Length).VarianceBound) + 1e-6);
        }
    }

    [Theory]
    [InlineData("qsgd:7,128", 1.6162440712835545)]
    [InlineData("qsgd:127,128", 0.007936)]
    public void Describe_TableOfBounds_Agrees(string name, double bound)
    {
        // min(128/49, √128/7) and min(128/127², √128/127).
        StageTraits traits = Parse(name).Describe(1_000_000);
        Assert.Equal(bound, traits.VarianceBound, 1e-6);
        Assert.True(traits.IsUnbiased);
        Assert.False(traits.SumsCommute);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_ZeroDenormalAndEmpty_IsZero(string name)
    {
        Quantizer quantizer = Parse(name);
        foreach (int length in (int[])[0, 1, 31, 300])
        {
            foreach (float value in (float[])[0, -0f, float.Epsilon, -1e-39f, 1e-33f])
            {
                float[] x = [.. Enumerable.Repeat(value, length)];
                using EncodedValues encoded = Encode(quantizer, x, 1);
                Assert.All(encoded.Codes.ToArray(), c => Assert.Equal(0, c));
                Assert.All(encoded.Scales.ToArray(), s => Assert.Equal(0, s));
                quantizer.Check(length, encoded.Codes.ToArray(), encoded.Scales.ToArray());
                Assert.All(RoundTrip(quantizer, x, 1), v => Assert.Equal(0, v));
            }
        }
    }

    [Fact]
    public void EncodeWithFeedback_NormBeyondFloat32_IsRefusedAndMemoryStays()
    {
        Quantizer quantizer = Parse("qsgd:127,128");
        float[] x = [.. Enumerable.Repeat(1e38f, 300)], e = Normal(300, 2);
        using DeviceBuffer<float> source = _device.Upload<float>(x), memory = _device.Upload<float>(e);
        using EncodedValues encoded = quantizer.Allocate(_device, 300);
        Assert.Contains(
            "must be finite and at most 3.007",
            Assert.Throws<ProtocolException>(() => quantizer.EncodeWithFeedback(source, memory, encoded, Context(4))).Message, StringComparison.Ordinal);
        Assert.Equal(e, memory.ToArray());

        using DeviceBuffer<float> largest = _device.Upload<float>([.. Enumerable.Repeat(3e37f, 300)]);
        quantizer.EncodeWithFeedback(largest, memory, encoded, Context(4));
        Assert.All(memory.ToArray().Concat(encoded.Scales.ToArray()), v => Assert.True(float.IsFinite(v)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EncodeWithFeedback_SourceAndMemory_LeavesTheError(string name)
    {
        Quantizer quantizer = Parse(name);
        float[] x = Normal(1000, 1), e = Normal(1000, 2), p = [.. x.Zip(e, (a, b) => a + b)];
        using DeviceBuffer<float> source = _device.Upload<float>(x), memory = _device.Upload<float>(e);
        using EncodedValues encoded = quantizer.Allocate(_device, 1000), plain = Encode(quantizer, p, 4);
        quantizer.EncodeWithFeedback(source, memory, encoded, Context(4));
        Assert.Equal(plain.Codes.ToArray(), encoded.Codes.ToArray());
        Assert.Equal(plain.Scales.ToArray(), encoded.Scales.ToArray());
        using DeviceBuffer<float> decoded = _device.Allocate<float>(1000);
        quantizer.Decode(encoded, decoded, null);
        Assert.Equal(p.Zip(decoded.ToArray(), (a, b) => a - b), memory.ToArray());
        Assert.Equal(x, source.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_NotFiniteOrTooLarge_IsRefusedAndTheMemoryStays(string name)
    {
        Quantizer quantizer = Parse(name);
        foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            float[] x = Normal(1000, 1), e = Normal(1000, 2);
            x[777] = bad;
            Assert.Contains("777", Assert.Throws<ProtocolException>(() => Encode(quantizer, x, 1)).Message, StringComparison.Ordinal);
            using DeviceBuffer<float> source = _device.Upload<float>(x), memory = _device.Upload<float>(e);
            using EncodedValues encoded = quantizer.Allocate(_device, 1000);
            Assert.Throws<ProtocolException>(() => quantizer.EncodeWithFeedback(source, memory, encoded, Context(1)));
            Assert.Equal(e, memory.ToArray());
        }

        if (name.StartsWith("qsgd", StringComparison.Ordinal))
        {
            Assert.Throws<ProtocolException>(() => Encode(quantizer, [.. Enumerable.Repeat(float.MaxValue, 300)], 1));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AddAndAccumulate_Codes_AreThoseOfTheDecodedValues(string name)
    {
        Quantizer quantizer = Parse(name);
        float[] x = Normal(5000, 3);
        using EncodedValues encoded = Encode(quantizer, x, 4);
        using DeviceBuffer<float> decoded = _device.Allocate<float>(5000), sums = _device.Upload<float>(Normal(5000, 8));
        using DeviceBuffer<long> integers = _device.Allocate<long>(5000), expected = _device.Allocate<long>(5000);
        quantizer.Decode(encoded, decoded, null);
        float[] before = sums.ToArray();
        quantizer.AddTo(encoded, sums, 0.3f, null);
        Assert.Equal(before.Zip(decoded.ToArray(), (s, v) => s + (v * 0.3f)), sums.ToArray());
        var op = new FixedPointAccumulate(1 << 20);
        quantizer.AccumulateTo(encoded, integers, op, null);
        _device.Accumulate(decoded, expected, op);
        Assert.Equal(expected.ToArray(), integers.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Slice_Windows_DecodeAsTheWhole(string name)
    {
        Quantizer quantizer = Parse(name);
        using EncodedValues encoded = Encode(quantizer, Normal(10_000, 3), 4);
        using DeviceBuffer<float> whole = _device.Allocate<float>(10_000), part = _device.Allocate<float>(10_000 - (int)quantizer.WindowUnit);
        quantizer.Decode(encoded, whole, null);
        quantizer.Decode(quantizer.Slice(encoded, quantizer.WindowUnit, part.Length), part, null);
        Assert.Equal(whole.ToArray()[(int)quantizer.WindowUnit..], part.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Check_WhatNoEncoderWrites_IsRefused(string name)
    {
        Quantizer quantizer = Parse(name);
        using EncodedValues encoded = Encode(quantizer, Normal(333, 3), 4);
        byte[] codes = encoded.Codes.ToArray();
        float[] scales = encoded.Scales.ToArray();
        quantizer.Check(333, codes, scales);
        foreach (float bad in (float[])[-1, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            float[] wrong = [.. scales[..^1], bad];
            Assert.Throws<DataFormatException>(() => quantizer.Check(333, codes, wrong));
        }

        // A zero scale has zero codes; the last block of these is not zero.
        float[] zero = [.. scales[..^1], 0];
        byte[] ones = [.. codes];
        ones[^2] |= 1;
        Assert.Throws<DataFormatException>(() => quantizer.Check(333, ones, zero));
        int bits = quantizer.SymbolBits;
        if (333 * bits % 8 != 0)
        {
            byte[] longer = [.. codes];
            longer[^1] |= 0x80;
            Assert.Throws<DataFormatException>(() => quantizer.Check(333, longer, scales));
        }

        if (bits > 1)
        {
            // The code of −2^(bits − 1) is written by nobody.
            byte[] all = new byte[333];
            CodePacking.Unpack(codes, bits, all);
            all[50] = (byte)(1 << (bits - 1));
            byte[] wrong = new byte[codes.Length];
            CodePacking.Pack(all, bits, wrong);
            Assert.Throws<DataFormatException>(() => quantizer.Check(333, wrong, scales));
        }
    }

    [Theory]
    [InlineData("qsgd:0,128")]
    [InlineData("qsgd:128,128")]
    [InlineData("qsgd:7,0")]
    [InlineData("qsgd:7,100")]
    [InlineData("qsgd")]
    [InlineData("terngrad:16")]
    [InlineData("sign:8192")]
    public void Parse_OutOfRange_IsRefused(string name) =>
        Assert.Contains("It is written", Assert.Throws<ArgumentException>(() => Parse(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Encode_NoRoundingSource_IsRefused()
    {
        using DeviceBuffer<float> x = _device.Allocate<float>(3);
        foreach (string name in (string[])["terngrad", "terngrad:32", "qsgd:7,32"])
        {
            using EncodedValues encoded = Parse(name).Allocate(_device, 3);
            Assert.Throws<ArgumentException>(() => Parse(name).Encode(x, encoded, Context(1) with { Rounding = null }));
        }
    }

    private static Quantizer Parse(string name)
    {
        Quantizer quantizer = CompressionPipeline.Parse(name).Quantizer;
        Assert.Equal(name, quantizer.Name);
        return quantizer;
    }

    private static float[] Normal(int count, ulong seed)
    {
        var random = new SimulationRandom(new SimulationSeed(seed));
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }

    private static EncodingContext Context(uint round) => new(
        ParameterLayout.Flat(1), round, SharedSeed.Of(new SimulationSeed(1), round),
        round % 2 == 0 ? RoundingSource.Simulation(new SimulationSeed(7)) : RoundingSource.Secret(SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)])));

    private EncodedValues Encode(Quantizer quantizer, float[] x, uint round)
    {
        using DeviceBuffer<float> source = _device.Upload<float>(x);
        EncodedValues encoded = quantizer.Allocate(_device, x.Length);
        quantizer.Encode(source, encoded, Context(round));
        Assert.Equal(x, source.ToArray());
        return encoded;
    }

    private float[] RoundTrip(Quantizer quantizer, float[] x, uint round)
    {
        using EncodedValues encoded = Encode(quantizer, x, round);
        quantizer.Check(x.Length, encoded.Codes.ToArray(), encoded.Scales.ToArray());
        using DeviceBuffer<float> decoded = _device.Allocate<float>(x.Length);
        quantizer.Decode(encoded, decoded, null);
        return decoded.ToArray();
    }
}
