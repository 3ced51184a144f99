// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

/// <summary>What every quantizer of blocks and of narrow floats keeps to: a new one is one more name.</summary>
public sealed class BlockQuantizerTests : IDisposable
{
    private static readonly string[] _names =
        ["fp16", "bf16", "fp8e4m3", "fp8e5m2", "int8:32", "int8:256", "int8:4096", "int8:256,stochastic", "int4:64", "nf4:64", "fp4:128"];

    private readonly CpuDevice _device = new(threadCount: 2);

    public static TheoryData<string> Names() => [.. _names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Name_Parsed_IsCanonical(string name) => Assert.Equal(name, Of(name).Name);

    [Theory]
    [InlineData("int8:100")]
    [InlineData("int8:16")]
    [InlineData("nf4:8192")]
    [InlineData("int8:256,random")]
    [InlineData("fp16:64")]
    public void Name_OutOfRange_IsRefusedInOneLine(string name)
    {
        var e = Assert.Throws<ArgumentException>(() => CompressionPipeline.Parse(name));
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_LengthsAtEdges_ChecksAndDecodes(string name)
    {
        Quantizer quantizer = Of(name);
        foreach (int length in (int[])[0, 1, 2, 3, 7, 31, 32, 33, 63, 255, 256, 257, 511, 513, 1000, 4097, 70_001])
        {
            float[] x = [.. Enumerable.Range(0, length).Select(i => MathF.Sin(i * 1.7f))];
            using EncodedValues encoded = Encoded(quantizer, x);
            quantizer.Check(length, encoded.Codes.ToArray(), encoded.Scales.ToArray());
            float[] y = Decoded(quantizer, encoded);
            Assert.All(y.Zip(x), p => Assert.True(Math.Abs(p.First - p.Second) <= 0.17f, $"{p.Second} became {p.First} at length {length}."));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_ZerosAndMinusZeros_DecodeToZero(string name)
    {
        Quantizer quantizer = Of(name);
        float[] x = [.. Enumerable.Range(0, 300).Select(i => i % 3 == 0 ? -0f : 0f)];
        using EncodedValues encoded = Encoded(quantizer, x);
        quantizer.Check(x.Length, encoded.Codes.ToArray(), encoded.Scales.ToArray());
        Assert.All(Decoded(quantizer, encoded), y => Assert.Equal(0f, y));
    }

    [Theory]
    [InlineData("int8:256")]
    [InlineData("int8:256,stochastic")]
    [InlineData("int4:64")]
    [InlineData("nf4:64")]
    [InlineData("fp4:128")]
    public void Encode_AllEqual_IsExactUpToTheScale(string name)
    {
        Quantizer quantizer = Of(name);
        foreach (float value in (float[])[1f, 0.1f, 3e38f, float.MaxValue, 1e-20f])
        {
            using EncodedValues encoded = Encoded(quantizer, [.. Enumerable.Repeat(value, 300)]);
            quantizer.Check(300, encoded.Codes.ToArray(), encoded.Scales.ToArray());
            Assert.All(Decoded(quantizer, encoded), y => Assert.Equal(1f, y / value, 1e-6f));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_Denormals_DecodeFinite(string name)
    {
        Quantizer quantizer = Of(name);
        float[] x = [.. Enumerable.Range(0, 300).Select(i => i % 2 == 0 ? float.Epsilon : -1e-39f)];
        using EncodedValues encoded = Encoded(quantizer, x);
        quantizer.Check(x.Length, encoded.Codes.ToArray(), encoded.Scales.ToArray());
        Assert.All(Decoded(quantizer, encoded), y => Assert.True(Math.Abs(y) <= 1.1e-39f));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_NonFinite_NamesTheFirstIndex(string name)
    {
        Quantizer quantizer = Of(name);
        foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            float[] x = new float[1000];
            x[701] = bad;
            x[900] = float.NaN;
            Assert.Contains("701", Assert.Throws<ProtocolException>(() => Encoded(quantizer, x).Dispose()).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Feedback_NonFinite_LeavesTheMemory(string name)
    {
        Quantizer quantizer = Of(name);
        float[] x = [.. Enumerable.Range(0, 1000).Select(i => i * 0.1f)], before = [.. x.Select(v => -0.01f * v)];
        x[701] = float.NaN;
        using DeviceBuffer<float> source = _device.Upload<float>(x), memory = _device.Upload<float>(before);
        using EncodedValues encoded = quantizer.Allocate(_device, x.Length);
        var e = Assert.Throws<ProtocolException>(() => quantizer.EncodeWithFeedback(source, memory, encoded, Context(x.Length)));
        Assert.Contains("701", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, memory.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Feedback_OfFinite_IsEncodeOfTheSumAndItsRest(string name)
    {
        Quantizer quantizer = Of(name);
        float[] x = Normals(3000, 1), before = Normals(3000, 2), p = [.. x.Zip(before, (a, b) => a + b)];
        using DeviceBuffer<float> source = _device.Upload<float>(x), memory = _device.Upload<float>(before);
        using EncodedValues fed = quantizer.Allocate(_device, x.Length), plain = Encoded(quantizer, p);
        quantizer.EncodeWithFeedback(source, memory, fed, Context(x.Length));
        Assert.Equal(plain.Codes.ToArray(), fed.Codes.ToArray());
        Assert.Equal(plain.Scales.ToArray(), fed.Scales.ToArray());
        Assert.Equal(p.Zip(Decoded(quantizer, fed), (a, b) => a - b), memory.ToArray());
        Assert.Equal(x, source.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AddAndAccumulate_OfWindows_AreThoseOfDecoded(string name)
    {
        Quantizer quantizer = Of(name);
        int length = 10_000 - 3;
        long start = 4096;
        using EncodedValues encoded = Encoded(quantizer, Normals(length, 3));
        float[] decoded = Decoded(quantizer, encoded)[(int)start..];
        EncodedValues window = quantizer.Slice(encoded, start, length - start);
        using DeviceBuffer<float> sums = _device.Allocate<float>(length - start);
        using DeviceBuffer<long> integers = _device.Allocate<long>(length - start), expected = _device.Allocate<long>(length - start);
        quantizer.AddTo(window, sums, 0.3f, null);
        Assert.Equal(decoded.Select(y => 0f + (y * 0.3f)), sums.ToArray());
        quantizer.AccumulateTo(window, integers, new FixedPointAccumulate(1 << 20), null);
        sums.CopyFrom(decoded);
        _device.Accumulate(sums, expected, new FixedPointAccumulate(1 << 20));
        Assert.Equal(expected.ToArray(), integers.ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1f)]
    [InlineData(-0f)]
    [InlineData(float.MaxValue)]
    public void Check_ScaleThatNobodyWrites_IsRefused(float scale) =>
        Assert.Throws<DataFormatException>(() => Of("int8:32").Check(1, [0], [scale]));

    [Theory]
    [InlineData("int8:32", 40, 0x80, 33)]
    [InlineData("int4:32", 80, 0x08, 66)]
    [InlineData("int4:32", 80, 0x81, 67)]
    [InlineData("fp4:32", 80, 0x08, 66)]
    [InlineData("fp8e4m3", 40, 0x7F, 33)]
    [InlineData("fp8e4m3", 40, 0xFF, 33)]
    [InlineData("fp8e5m2", 40, 0x7C, 33)]
    public void Check_CodeThatNobodyWrites_IsNamed(string name, int length, byte value, int index)
    {
        Quantizer quantizer = Of(name);
        var codes = new byte[quantizer.CodeBytes(length)];
        var scales = new float[quantizer.ScaleCount(length)];
        Array.Fill(scales, 1f);
        codes[33] = value;
        var e = Assert.Throws<DataFormatException>(() => quantizer.Check(length, codes, scales));
        Assert.Contains($"Code {index} ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_BitsBehindTheEnd_AreRefused()
    {
        Of("int4:32").Check(1, [0x07], [1f]);
        Assert.Throws<DataFormatException>(() => Of("int4:32").Check(1, [0x17], [1f]));
    }

    [Fact]
    public void Check_CodesUnderScaleZero_MustBeThatOfZero()
    {
        Of("nf4:32").Check(3, [0x77, 0x07], [0f]);
        Assert.Throws<DataFormatException>(() => Of("nf4:32").Check(3, [0x78, 0x07], [0f]));
        Assert.Throws<DataFormatException>(() => Of("int8:32").Check(2, [0, 1], [0f]));
    }

    [Theory]
    [InlineData("fp16", 0x7C00)]
    [InlineData("bf16", 0x7F80)]
    [InlineData("bf16", 0xFFC0)]
    public void Check_SixteenBitsThatAreNotFinite_AreRefused(string name, int code) =>
        Assert.Throws<DataFormatException>(() => Of(name).Check(2, [0, 0, (byte)code, (byte)(code >> 8)], []));

    public void Dispose() => _device.Dispose();

    private static Quantizer Of(string name) => CompressionPipeline.Parse(name).Quantizer;

    private static EncodingContext Context(int length) => new(
        new ParameterLayout([("x", [length])]), 3, SharedSeed.Of(new SimulationSeed(1), 3),
        RoundingSource.Simulation(new SimulationSeed(5)));

    private EncodedValues Encoded(Quantizer quantizer, float[] x)
    {
        using DeviceBuffer<float> source = _device.Upload<float>(x);
        EncodedValues encoded = quantizer.Allocate(_device, x.Length);
        try
        {
            quantizer.Encode(source, encoded, Context(Math.Max(1, x.Length)));
        }
        catch (ProtocolException)
        {
            encoded.Dispose();
            throw;
        }

        return encoded;
    }

    private float[] Decoded(Quantizer quantizer, EncodedValues encoded)
    {
        using DeviceBuffer<float> y = _device.Allocate<float>(encoded.Length);
        quantizer.Decode(encoded, y, null);
        return y.ToArray();
    }

    private float[] Normals(int count, uint tensor)
    {
        using DeviceBuffer<float> x = _device.Allocate<float>(count);
        var stream = new PhiloxStream(new SimulationSeed(3), new StreamId(0, StreamPurpose.Simulation, tensor));
        _device.Sample(x, x, new GaussianNoise<PhiloxStream>(stream, 1));
        return x.ToArray();
    }
}
