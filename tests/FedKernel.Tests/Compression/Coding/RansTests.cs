// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Coding;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Compression.Coding;

public sealed class RansTests
{
    [Fact]
    public void Encode_AnyCodes_ComeBackWithinTheBound()
    {
        for (int bits = 1; bits <= 8; bits++)
        {
            foreach (int count in (int[])[0, 1, 7, 8, 9, 100, 1000, RansCoder.Chunk - 1, RansCoder.Chunk, RansCoder.Chunk + 1, (2 * RansCoder.Chunk) + 13])
            {
                for (ulong seed = 0; seed < 8; seed++)
                {
                    byte[] packed = Symbols.Pack(Symbols.Create(count, bits, seed), bits);
                    byte[] bytes = Encode(packed, count, bits, out SymbolCounts counts);
                    byte[] back = new byte[packed.Length];
                    Assert.Equal(count, RansCoder.Decode(bytes, count, bits, back).Total);
                    Assert.Equal(packed, back);

                    // Eight states end anywhere in their 16 bits; a word more or less each.
                    Assert.InRange(bytes.Length, (0.998 * RansCoder.EstimateBytes(counts)) - 16, (1.002 * RansCoder.EstimateBytes(counts)) + 16);
                }
            }
        }
    }

    /// <summary>Known answer: the 4-bit Lloyd–Max quantizer of a normal variable has 3.765 bits of entropy.</summary>
    [Fact]
    public void Encode_LloydMaxCodes_TakeTheirEntropy()
    {
        byte[] codes = Symbols.LloydMax(1_000_000, 3);
        Assert.Equal(3.765, Symbols.Entropy(codes), 2e-3);
        Assert.Equal(3.765, 8.0 * Encode(Symbols.Pack(codes, 4), codes.Length, 4, out _).Length / codes.Length, 3e-3);
    }

    [Fact]
    public void Encode_Int8Codes_TakeTheirEntropy()
    {
        byte[] codes = Symbols.Int8(1_000_000, 3);
        double measured = 8.0 * Encode(codes, codes.Length, 8, out _).Length / codes.Length;
        Assert.InRange(measured, Symbols.Entropy(codes), Symbols.Entropy(codes) + 0.006);
    }

    [Theory]
    [InlineData(new byte[] { 3, 3, 3, 3 }, new[] { 0, 0, 0, 4096 })]
    [InlineData(new byte[] { 0, 1, 2 }, new[] { 1366, 1365, 1365, 0 })] // 4096/3: the first of equal remainders gets what is missing
    [InlineData(new byte[] { 1, 0, 1, 1, 1 }, new[] { 819, 3277, 0, 0 })]
    public void Table_KnownCounts_HasKnownFrequencies(byte[] codes, int[] expected)
    {
        var counts = new SymbolCounts(2);
        counts.Add(codes);
        Assert.Equal(expected, RansTable.Of(counts).Frequencies.ToArray().Select(f => (int)f));
    }

    [Fact]
    public void Table_AllRareButOne_KeepsOneForEach()
    {
        var counts = new SymbolCounts(8);
        counts.Add(Enumerable.Repeat((byte)9, 10_000_000).ToArray());
        counts.Add([.. Enumerable.Range(0, 256).Select(s => (byte)s)]);
        ushort[] frequencies = RansTable.Of(counts).Frequencies.ToArray();
        Assert.Equal(4096 - 255, frequencies[9]);
        Assert.All(Enumerable.Range(0, 256).Where(s => s != 9), s => Assert.Equal(1, frequencies[s]));
    }

    [Fact]
    public void Table_ThatDoesNotSumTo4096_IsRefused()
    {
        foreach (int[] frequencies in (int[][])[[4096, 1], [4095, 0], [0, 0], [65536, 0], [65536 + 4096, 0]])
        {
            byte[] bytes = new byte[16];
            var writer = new BitWriter(bytes);
            EliasCodes.WriteDelta(ref writer, (ulong)frequencies[0] + 1);
            EliasCodes.WriteDelta(ref writer, (ulong)frequencies[1] + 1);
            writer.Finish();
            string message = Assert.Throws<DataFormatException>(() => RansTable.Read(bytes, 1, out _)).Message;
            Assert.Contains("sum to 4096", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Decode_AnotherTableThatWouldDo_IsRefused()
    {
        // One code only: any frequency of it decodes, but one table is that of the codes.
        byte[] packed = Symbols.Pack([0, 0, 0, 0, 0, 0, 0, 0], 1);
        byte[] bytes = Encode(packed, 8, 1, out _);
        byte[] table = new byte[5];
        var writer = new BitWriter(table);
        EliasCodes.WriteDelta(ref writer, 4096);
        EliasCodes.WriteDelta(ref writer, 2);
        int length = writer.Finish();
        byte[] other = [.. table[..length], .. Enumerable.Repeat(Step(RansCoder.Start), 8).SelectMany(BitConverter.GetBytes)];
        byte[] back = new byte[1];
        RansCoder.Decode(bytes, 8, 1, back);
        string message = Assert.Throws<DataFormatException>(() => RansCoder.Decode(other, 8, 1, back)).Message;
        Assert.Contains("not that of the 8 codes", message, StringComparison.Ordinal);

        static uint Step(uint x) => (x / 4095 * 4096) + (x % 4095);
    }

    [Fact]
    public void Decode_MutatedBytes_IsRefusedOrTheOnlyCodeOfOtherSymbols()
    {
        var random = new SimulationRandom(new SimulationSeed(12));
        int accepted = 0, refused = 0;
        for (int trial = 0; trial < 20_000; trial++)
        {
            int bits = 1 + random.NextBelow(8), count = 1 + random.NextBelow(120);
            byte[] bytes = Encode(Symbols.Pack(Symbols.Create(count, bits, (ulong)trial), bits), count, bits, out _);
            for (int n = random.NextBelow(3); n >= 0; n--)
            {
                bytes[random.NextBelow(bytes.Length)] ^= (byte)(1 << random.NextBelow(8));
            }

            bytes = random.NextBelow(8) switch
            {
                0 => bytes[..random.NextBelow(bytes.Length)],
                1 => [.. bytes, 0],
                _ => bytes,
            };
            byte[] back = new byte[CodePacking.Bytes(count, bits)];
            try
            {
                RansCoder.Decode(bytes, count, bits, back);
            }
            catch (DataFormatException)
            {
                refused++;
                continue;
            }

            accepted++;
            Assert.Equal(bytes, Encode(back, count, bits, out _));
        }

        Assert.True(refused > 10_000, $"{accepted} accepted, {refused} refused");
    }

    [Fact]
    public void Decode_CutLongerOrWithLowState_IsRefused()
    {
        byte[] codes = Symbols.LloydMax(2000, 5);
        byte[] packed = Symbols.Pack(codes, 4), back = new byte[packed.Length];
        byte[] bytes = Encode(packed, codes.Length, 4, out SymbolCounts counts);
        for (int n = 0; n < bytes.Length; n++)
        {
            Assert.Throws<DataFormatException>(() => RansCoder.Decode(bytes.AsSpan(0, n), codes.Length, 4, back));
        }

        Assert.Throws<DataFormatException>(() => RansCoder.Decode([.. bytes, 0], codes.Length, 4, back));
        Assert.Throws<DataFormatException>(() => RansCoder.Decode([.. bytes, 0, 0], codes.Length, 4, back));
        Assert.Throws<DataFormatException>(() => RansCoder.Decode([0], 0, 4, []));
        int state = RansTable.Of(counts).Bytes();
        bytes.AsSpan(state + 2, 2).Clear();
        Assert.Contains("state 0", Assert.Throws<DataFormatException>(() => RansCoder.Decode(bytes, codes.Length, 4, back)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_TheShorter_AndTheOtherIsRefused()
    {
        byte[] flat = [.. Enumerable.Range(0, 4096).Select(i => (byte)i)];
        byte[] skewed = Symbols.Pack(Symbols.LloydMax(4096, 7), 4);
        AssertChoice(SymbolCoding.Packed, flat, 4096, 8);
        AssertChoice(SymbolCoding.Rans, skewed, 4096, 4);
        AssertChoice(SymbolCoding.Packed, skewed[..50], 100, 4);
        AssertChoice(SymbolCoding.Packed, [], 0, 4);
        Assert.Throws<DataFormatException>(() => SymbolCoder.Decode((SymbolCoding)2, flat, 4096, 8, new byte[4096]));
        Assert.Throws<DataFormatException>(() => SymbolCoder.Decode(SymbolCoding.Packed, [0b1000], 3, 1, new byte[1]));
    }

    private static void AssertChoice(SymbolCoding expected, byte[] packed, long count, int bits)
    {
        SymbolCounts counts = SymbolCounts.Of(packed, count, bits);
        Assert.Equal(expected, SymbolCoder.Choose(counts));
        byte[] bytes = new byte[SymbolCoder.MaximumBytes(counts)];
        bytes = bytes[..SymbolCoder.Encode(packed, counts, bytes)];
        Assert.True(bytes.Length <= packed.Length);
        byte[] back = new byte[packed.Length];
        SymbolCoder.Decode(expected, bytes, count, bits, back);
        Assert.Equal(packed, back);

        bool isRans = expected == SymbolCoding.Rans;
        byte[] other = isRans ? packed : Encode(packed, count, bits, out _);
        if (count > 0)
        {
            Assert.Throws<DataFormatException>(
                () => SymbolCoder.Decode(isRans ? SymbolCoding.Packed : SymbolCoding.Rans, other, count, bits, back));
        }
    }

    private static byte[] Encode(byte[] packed, long count, int bits, out SymbolCounts counts)
    {
        counts = SymbolCounts.Of(packed, count, bits);
        byte[] bytes = new byte[RansCoder.MaximumBytes(counts)];
        return bytes[..RansCoder.Encode(packed, counts, bytes)];
    }
}
