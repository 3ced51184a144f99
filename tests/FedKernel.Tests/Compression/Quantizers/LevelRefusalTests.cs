// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Coding;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

/// <summary>What QSGD, TernGrad and signs refuse.</summary>
public sealed class LevelRefusalTests : LevelTests
{
    [Fact]
    public void EncodeWithFeedback_NormBeyondFloat32_IsRefusedAndMemoryStays()
    {
        Quantizer quantizer = Parse("qsgd:127,128");
        float[] x = [.. Enumerable.Repeat(1e38f, 300)], e = Normal(300, 2);
        using DeviceBuffer<float> source = Device.Upload<float>(x), memory = Device.Upload<float>(e);
        using EncodedValues encoded = quantizer.Allocate(Device, 300);
        Assert.Contains(
            "must be finite and at most 3.007",
            Assert.Throws<ProtocolException>(() => quantizer.EncodeWithFeedback(source, memory, encoded, Context(4))).Message, StringComparison.Ordinal);
        Assert.Equal(e, memory.ToArray());

        using DeviceBuffer<float> largest = Device.Upload<float>([.. Enumerable.Repeat(3e37f, 300)]);
        quantizer.EncodeWithFeedback(largest, memory, encoded, Context(4));
        Assert.All(memory.ToArray().Concat(encoded.Scales.ToArray()), v => Assert.True(float.IsFinite(v)));
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
            using DeviceBuffer<float> source = Device.Upload<float>(x), memory = Device.Upload<float>(e);
            using EncodedValues encoded = quantizer.Allocate(Device, 1000);
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
        using DeviceBuffer<float> x = Device.Allocate<float>(3);
        foreach (string name in (string[])["terngrad", "terngrad:32", "qsgd:7,32"])
        {
            using EncodedValues encoded = Parse(name).Allocate(Device, 3);
            Assert.Throws<ArgumentException>(() => Parse(name).Encode(x, encoded, Context(1) with { Rounding = null }));
        }
    }
}
