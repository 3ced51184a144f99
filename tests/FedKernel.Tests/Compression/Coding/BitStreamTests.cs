// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Coding;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Compression.Coding;

public sealed class BitStreamTests
{
    [Fact]
    public void WriteAndRead_RandomWidths_FitExactlyAndComeBack()
    {
        var random = new SimulationRandom(new SimulationSeed(1));
        for (int trial = 0; trial < 500; trial++)
        {
            (ulong Value, int Count)[] parts = [.. Enumerable.Range(0, random.NextBelow(40)).Select(_ =>
            {
                int count = random.NextBelow(BitWriter.MaximumBits + 1);
                return ((((ulong)random.NextWord() << 32) | random.NextWord()) & ((1UL << count) - 1), count);
            })];
            byte[] bytes = new byte[(parts.Sum(p => p.Count) + 7) / 8];
            var writer = new BitWriter(bytes);
            foreach ((ulong value, int count) in parts)
            {
                writer.Write(value, count);
            }

            Assert.Equal(bytes.Length, writer.Finish());
            string text = string.Concat(parts.Select(p => string.Concat(Enumerable.Range(0, p.Count).Select(i => (p.Value >> i) & 1))));
            Assert.Equal(text.PadRight(8 * bytes.Length, '0'), BitText.Of(bytes));
            var reader = new BitReader(bytes, "test");
            foreach ((ulong value, int count) in parts)
            {
                Assert.Equal(value, reader.Read(count));
            }

            reader.Finish();
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 9)]
    [InlineData(6, 49)]
    [InlineData(7, 57)]
    public void Write_BehindTheDestination_IsRefused(int bytes, int bits)
    {
        Assert.Throws<ArgumentException>(() =>
        {
            var writer = new BitWriter(new byte[bytes]);
            for (int i = 0; i < bits; i++)
            {
                writer.Write(1, 1);
            }
        });
    }

    [Fact]
    public void Read_BehindTheEnd_IsRefused()
    {
        Assert.Throws<DataFormatException>(() => new BitReader([1, 2], "test").Read(17));
        Assert.Throws<DataFormatException>(() => new BitReader([], "test").Read(1));
        Assert.Throws<DataFormatException>(() => new BitReader([0, 0], "test").ReadZeros(56));
        Assert.Throws<DataFormatException>(() => new BitReader([], "test").ReadZeros(56));
        Assert.Throws<DataFormatException>(() => new BitReader([0, 1], "test").ReadZeros(7));
        Assert.Equal(8, new BitReader([0, 1], "test").ReadZeros(8));
    }

    [Fact]
    public void Finish_PaddingOrBytesLeft_IsRefused()
    {
        Assert.Throws<DataFormatException>(() => FinishAfter([0b1000_0000], 7));
        Assert.Throws<DataFormatException>(() => FinishAfter([1, 0], 8));
        FinishAfter([0b0111_1111], 7);
        FinishAfter([], 0);

        static void FinishAfter(byte[] bytes, int bits)
        {
            var reader = new BitReader(bytes, "test");
            reader.Read(bits);
            reader.Finish();
        }
    }
}
