// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Coding;
using Xunit;

namespace FedKernel.Tests.Compression.Coding;

/// <summary>Known answers: Elias 1975; run lengths as in google-research/federated, compressed_communication, its test of entropy codes.</summary>
public sealed class EliasCodesTests
{
    [Theory]
    [InlineData(1, "1")]
    [InlineData(2, "010")]
    [InlineData(3, "011")]
    [InlineData(4, "00100")]
    [InlineData(10, "0001010")]
    [InlineData(17, "000010001")]
    public void Gamma_KnownAnswers(ulong value, string bits)
    {
        byte[] bytes = new byte[(bits.Length + 7) / 8];
        var writer = new BitWriter(bytes);
        EliasCodes.WriteGamma(ref writer, value);
        Assert.Equal(bytes.Length, writer.Finish());
        Assert.Equal(bits, BitText.Of(bytes)[..bits.Length]);
        var reader = new BitReader(bytes, "gamma");
        Assert.Equal(value, EliasCodes.ReadGamma(ref reader));
        Assert.Equal(bits.Length, reader.Position);
    }

    [Theory]
    [InlineData(1, "1")]
    [InlineData(2, "0100")]
    [InlineData(4, "01100")]
    [InlineData(10, "00100010")]
    [InlineData(17, "001010001")]
    public void Delta_KnownAnswers(ulong value, string bits)
    {
        byte[] bytes = new byte[(bits.Length + 7) / 8];
        var writer = new BitWriter(bytes);
        EliasCodes.WriteDelta(ref writer, value);
        Assert.Equal(bytes.Length, writer.Finish());
        Assert.Equal(bits, BitText.Of(bytes)[..bits.Length]);
        var reader = new BitReader(bytes, "delta");
        Assert.Equal(value, EliasCodes.ReadDelta(ref reader));
        Assert.Equal(bits.Length, reader.Position);
    }

    [Fact]
    public void GammaAndDelta_EveryLengthOfValue_ComeBack()
    {
        byte[] bytes = new byte[16];
        for (int log = 0; log < 32; log++)
        {
            foreach (ulong value in (ulong[])[1UL << log, (1UL << log) | 1, (2UL << log) - 1])
            {
                var writer = new BitWriter(bytes);
                EliasCodes.WriteGamma(ref writer, value);
                EliasCodes.WriteDelta(ref writer, value);
                writer.Finish();
                var reader = new BitReader(bytes, "both");
                Assert.Equal(value, EliasCodes.ReadGamma(ref reader));
                Assert.Equal(value, EliasCodes.ReadDelta(ref reader));
            }
        }
    }

    [Fact]
    public void Write_ZeroOrAbove32Bits_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(1UL << 32));

        static void Write(ulong value)
        {
            var writer = new BitWriter(new byte[16]);
            EliasCodes.WriteGamma(ref writer, value);
        }
    }

    [Theory]
    [InlineData("00000000000000000000000000000000100000000000000000000000000000000000")] // 32 zeros: a value above 32 bits
    [InlineData("00000100")] // ends amid a value
    public void Gamma_WhatNoWriterWrites_IsRefused(string bits) => Assert.Throws<DataFormatException>(() =>
    {
        var reader = new BitReader(BitText.Parse(bits).AsSpan(0, bits.Length / 8), "gamma");
        EliasCodes.ReadGamma(ref reader);
    });

    [Fact]
    public void Delta_LengthOf33Bits_IsRefused() => Assert.Throws<DataFormatException>(() =>
    {
        var reader = new BitReader(BitText.Parse("00000100001" + new string('0', 45)), "delta");
        EliasCodes.ReadDelta(ref reader);
    });

    [Theory]
    [InlineData(new[] { -5, 3, 0, 0 }, "100010111011")]
    [InlineData(new[] { -3, 1, 0, 0 }, "10011111")]
    public void RunLengthGamma_KnownAnswers(int[] values, string bits)
    {
        Assert.Equal(bits.Length, RunLengthGamma.Bits(values));
        byte[] bytes = new byte[(bits.Length + 7) / 8];
        Assert.Equal(bytes.Length, RunLengthGamma.Encode(values, bytes));
        Assert.Equal(bits, BitText.Of(bytes)[..bits.Length]);
        int[] decoded = new int[values.Length];
        RunLengthGamma.Decode(bytes, decoded);
        Assert.Equal(values, decoded);
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 0, 0, 0 })]
    [InlineData(new[] { int.MinValue, 0, int.MaxValue })]
    [InlineData(new[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 })]
    public void RunLengthGamma_Extremes_ComeBack(int[] values)
    {
        byte[] bytes = new byte[(RunLengthGamma.Bits(values) + 7) / 8];
        Assert.Equal(bytes.Length, RunLengthGamma.Encode(values, bytes));
        int[] decoded = [.. values.Select(_ => 7)];
        RunLengthGamma.Decode(bytes, decoded);
        Assert.Equal(values, decoded);
    }

    [Theory]
    [InlineData("0101")] // a run of 1 and a value behind the end of one value
    [InlineData("11")] // no magnitude: seen only where the byte is full
    [InlineData("1100000000000000000000000000000001000000000000000000000000000000000")] // +2³¹
    public void RunLengthGamma_WhatNoWriterWrites_IsRefused(string bits)
    {
        byte[] bytes = BitText.Parse(bits);
        Assert.Throws<DataFormatException>(() => RunLengthGamma.Decode(bytes, new int[1]));
    }

    [Fact]
    public void RunLengthGamma_AnyTwoBytes_AreTheOnlyCodeOfWhatTheyGive()
    {
        int[] values = new int[6];
        byte[] again = new byte[64];
        int accepted = 0;
        for (int code = 0; code < 1 << 16; code++)
        {
            byte[] bytes = [(byte)code, (byte)(code >> 8)];
            try
            {
                RunLengthGamma.Decode(bytes, values);
            }
            catch (DataFormatException)
            {
                continue;
            }

            accepted++;
            Assert.Equal(bytes, again[..RunLengthGamma.Encode(values, again)]);
        }

        Assert.InRange(accepted, 1, (1 << 16) - 1);
    }
}
