// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

public sealed class EdenQuantizerTests
{
    [Theory]
    [InlineData(1, 0.5707963268)]
    [InlineData(2, 0.1331211687)]
    [InlineData(3, 0.0357840185)]
    [InlineData(4, 0.0095921430)]
    [InlineData(5, 0.002510957)]
    [InlineData(6, 6.446550e-4)]
    [InlineData(7, 1.635050e-4)]
    [InlineData(8, 4.118678e-5)]
    public void Encode_LongVectors_HaveTheErrorOfLloydsTable(int bits, double expected)
    {
        using var device = new CpuDevice(threadCount: 2);
        var quantizer = new EdenQuantizer(bits);
        float[] normal = Quantized.Normal(device, 1 << 18, 5);

        // A few large values among zeros: what one rotation would leave far from normal.
        var sparse = new float[1 << 18];
        for (int i = 0; i < sparse.Length; i += 9973)
        {
            sparse[i] = 1 + (i % 7);
        }

        foreach (float[] x in (float[][])[normal, sparse])
        {
            double error = Enumerable.Range(0, 12).Average(s => Quantized.Error(x, quantizer.RoundTrip(device, x, Quantized.Context((uint)s))));
            Assert.InRange(error / expected, 0.99, 1.01);
            Assert.True(error <= quantizer.Describe(x.Length).VarianceBound);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Encode_ShortVectors_AreUnbiased(int bits)
    {
        // One rotation turns (2, 1) into (2.5, 0) with one bit, whatever the signs.
        using var device = new CpuDevice(threadCount: 1);
        var quantizer = new EdenQuantizer(bits);
        float[] x = [2, 1, -0.25f];
        double norm = Math.Sqrt(x.Sum(v => (double)v * v));
        (double[] errors, double[] standardErrors) = quantizer.MeanErrors(device, x, 100_000, s => Quantized.Context(s));
        for (int i = 0; i < x.Length; i++)
        {
            Assert.InRange(Math.Abs(errors[i]), 0, (5 * standardErrors[i]) + (2e-4 * norm));
        }
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1024, 1)]
    [InlineData(1023, 1024, 1)]
    [InlineData(1025, 2048, 1)]
    [InlineData(65_536, 65_536, 1)]
    [InlineData(65_537, 66_560, 2)]
    [InlineData(100_000, 131_072, 2)]
    public void Encode_AnyLength_FillsUpTheRestOnly(int length, int codes, int scales)
    {
        using var device = new CpuDevice(threadCount: 2);
        var quantizer = new EdenQuantizer(3);
        Assert.Equal(codes * 3L / 8, quantizer.CodeBytes(length));
        Assert.Equal(scales, quantizer.ScaleCount(length));
        float[] x = Quantized.Normal(device, length, 6);
        using EncodedValues encoded = quantizer.Encode(device, x, Quantized.Context(1));
        quantizer.Check(length, encoded.Codes.ToArray(), encoded.Scales.ToArray());
        float[] y = quantizer.Decode(encoded, Quantized.Context(1).Seed);
        Assert.True(length == 0 || Quantized.Error(x, y) < 0.1);
        (double largest, double norm) = quantizer.Measure(encoded, Quantized.Context(1).Seed);
        Assert.Equal(y.Length == 0 ? 0 : y.Max(MathF.Abs), largest);
        Assert.InRange(norm - y.Sum(v => (double)v * v), -1e-6 * norm, 1e-6 * norm);
    }

    [Fact]
    public void Encode_ZerosAndBlocksOfThem_DecodeToZero()
    {
        using var device = new CpuDevice(threadCount: 1);
        var quantizer = new EdenQuantizer(2);
        var x = new float[70_000];
        x[69_999] = 3;
        using EncodedValues encoded = quantizer.Encode(device, x, Quantized.Context(4));
        Assert.Equal(0, encoded.Scales.ToArray()[0]);
        Assert.All(encoded.Codes.ToArray()[..16_384], c => Assert.Equal(0, c));
        Assert.All(quantizer.Decode(encoded, Quantized.Context(4).Seed)[..65_536], v => Assert.Equal(0, BitConverter.SingleToInt32Bits(v)));
        x[69_999] = 0;
        Assert.All(quantizer.RoundTrip(device, x, Quantized.Context(4)), v => Assert.Equal(0, v));
    }

    [Theory]
    [InlineData(1e-42f, 0.1)]
    [InlineData(1e-30f, 0.04)]
    [InlineData(1e35f, 0.04)]
    public void Encode_DenormalAndHugeValues_KeepTheirSize(float size, double most)
    {
        using var device = new CpuDevice(threadCount: 1);
        float[] x = [.. Quantized.Normal(device, 3000, 8).Select(v => v * size)];
        Assert.InRange(Quantized.Error(x, new EdenQuantizer(3).RoundTrip(device, x, Quantized.Context(1))), 0, most);
    }

    [Theory]
    [InlineData(float.Epsilon, 1)]
    [InlineData(2e-44f, 1)]
    [InlineData(1e-45f, 3000)]
    public void Encode_ScaleBelowFloat32_IsWhatAReaderTakes(float value, int count)
    {
        using var device = new CpuDevice(threadCount: 1);
        foreach (int bits in (int[])[1, 4])
        {
            var quantizer = new EdenQuantizer(bits);
            var x = new float[3000];
            x.AsSpan(0, count).Fill(value);
            using EncodedValues encoded = quantizer.Encode(device, x, Quantized.Context(2));
            quantizer.Check(x.Length, encoded.Codes.ToArray(), encoded.Scales.ToArray());
            Assert.All(quantizer.Decode(encoded, Quantized.Context(2).Seed), v => Assert.InRange(v, -1e-42f, 1e-42f));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Encode_NonFinite_IsRefusedByIndexAndMemoryStays(float value)
    {
        using var device = new CpuDevice(threadCount: 1);
        var quantizer = new EdenQuantizer(4);
        var x = new float[70_000];
        x[69_000] = value;
        Assert.Contains("Value 69000 ", Assert.Throws<ProtocolException>(() => quantizer.Encode(device, x, Quantized.Context(1))).Message, StringComparison.Ordinal);
        using DeviceBuffer<float> source = device.Upload<float>(x);
        using DeviceBuffer<float> memory = device.Allocate<float>(x.Length);
        device.Generate(memory, new Fill(2));
        using EncodedValues encoded = quantizer.Allocate(device, x.Length);
        Assert.Throws<ProtocolException>(() => quantizer.EncodeWithFeedback(source, memory, encoded, Quantized.Context(1)));
        Assert.All(memory.ToArray(), v => Assert.Equal(2, v));
    }

    [Fact]
    public void Encode_NormBeyondTheLargest_IsRefused()
    {
        using var device = new CpuDevice(threadCount: 1);
        var e = Assert.Throws<ProtocolException>(() => new EdenQuantizer(1).Encode(device, [3e38f, 1], Quantized.Context(1)));
        Assert.StartsWith("Values 0 to 1 have the Euclidean norm ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DriveWithoutRotation_GoogleResearchVectors_AreTheKnownAnswers()
    {
        // google-research/federated, compressed_communication, drive_test.py: scale of least distortion, the sign of 0 is +1, sums of two clients.
        using var device = new CpuDevice(threadCount: 1);
        var quantizer = new EdenQuantizer(1, new EdenVariant(0, false));
        Assert.Equal([-2, 2, 2], Sum(device, quantizer, [-1, 0, 2], [-1, 0, 2]), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([2f / 3, -2f / 3, 2f / 3], Sum(device, quantizer, [1, -1, 0], [0, 0, 0]), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-0f)]
    public void Check_ScaleThatNoEncoderWrites_IsRefused(float scale)
    {
        var quantizer = new EdenQuantizer(1);
        var e = Assert.Throws<DataFormatException>(() => quantizer.Check(5, new byte[128], [scale]));
        Assert.Contains("scale of block 0", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_CodesBesideAZeroScale_AreRefused()
    {
        var codes = new byte[128];
        codes[127] = 1;
        Assert.Throws<DataFormatException>(() => new EdenQuantizer(1).Check(5, codes, [0]));
        new EdenQuantizer(1).Check(5, codes, [1]);
    }

    [Fact]
    public void Parse_Names_AreCanonical()
    {
        Assert.Equal("eden:4", CompressionPipeline.Parse("eden:4").Name);
        Assert.Equal("drive", CompressionPipeline.Parse("drive").Name);
        Assert.Equal("drive", CompressionPipeline.Parse("eden:1").Name);
        Assert.Throws<ArgumentException>(() => CompressionPipeline.Parse("eden:9"));
        Assert.Throws<ArgumentException>(() => CompressionPipeline.Parse("eden"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EdenQuantizer(0));
    }

    private static float[] Sum(CpuDevice device, EdenQuantizer quantizer, float[] first, float[] second)
    {
        using DeviceBuffer<float> sums = device.Allocate<float>(first.Length);
        foreach (float[] x in (float[][])[first, second])
        {
            using EncodedValues encoded = quantizer.Encode(device, x, Quantized.Context(1));
            quantizer.AddTo(encoded, sums, 1, Quantized.Context(1).Seed);
        }

        return sums.ToArray();
    }
}
