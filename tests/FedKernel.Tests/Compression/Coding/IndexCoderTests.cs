// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Coding;
using FedKernel.Random;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace FedKernel.Tests.Compression.Coding;

/// <summary>What every code of indices keeps; a new one is a line in <see cref="IndexCoder.All"/>.</summary>
public sealed class IndexCoderTests
{
    public static TheoryData<IndexCoding> Codes => [.. IndexCoder.All.ToArray()];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Encode_AnySet_ComesBackWithinTheBound(IndexCoding coding)
    {
        Prop.ForAll(Arb.From(IndexSets.Any), s => AssertComesBack(coding, s.Indices, s.Length))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1500).WithReplay(3, 4711));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Encode_EverySetBelowEleven_ComesBackAndNoOtherBytesDo(IndexCoding coding)
    {
        for (int length = 1; length <= 10; length++)
        {
            for (int bits = 0; bits < 1 << length; bits++)
            {
                AssertComesBack(coding, [.. Enumerable.Range(0, length).Where(i => (bits >> i & 1) != 0).Select(i => (uint)i)], length);
            }

        }

        foreach ((int length, int count, long sets) in (IEnumerable<(int, int, long)>)[(7, 0, 1), (5, 2, 10), (9, 3, 84), (10, 2, 45)])
        {
            Assert.Equal(sets, CountDecodable(coding, count, length));
        }
    }

    /// <summary>Lengths that a bitmap would need half a gigabyte for, and indices at both ends of 32 bits.</summary>
    [Theory]
    [InlineData(IndexCoding.Rice)]
    [InlineData(IndexCoding.EliasFano)]
    public void Encode_LongestVector_ComesBack(IndexCoding coding)
    {
        const long Length = uint.MaxValue;
        const uint Last = uint.MaxValue - 1;
        AssertComesBack(coding, [], Length);
        AssertComesBack(coding, [0], Length);
        AssertComesBack(coding, [Last], Length);
        AssertComesBack(coding, [0, Last], Length);
        AssertComesBack(coding, [.. Enumerable.Range(0, 5000).Select(i => (uint)i)], Length);
        AssertComesBack(coding, [.. Enumerable.Range(0, 5000).Select(i => Last - 4999 + (uint)i)], Length);
        AssertComesBack(coding, [.. Enumerable.Range(0, 65536).Select(i => ((uint)i << 16) + 65534)], Length);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Decode_MutatedBytes_IsRefusedOrTheOnlyCodeOfAnotherSet(IndexCoding coding)
    {
        var random = new SimulationRandom(new SimulationSeed(11));
        int accepted = 0, refused = 0;
        for (int trial = 0; trial < 20_000; trial++)
        {
            int length = 1 + random.NextBelow(600);
            uint[] indices = IndexSets.Bernoulli(length, random.NextUniform() * random.NextUniform(), (ulong)trial);
            byte[] bytes = Mutate(Encode(coding, indices, length), random);
            uint[] decoded = new uint[indices.Length];
            try
            {
                IndexCoder.Decode(coding, bytes, length, decoded);
            }
            catch (DataFormatException)
            {
                refused++;
                continue;
            }

            accepted++;
            Assert.Equal(bytes, Encode(coding, decoded, length));
        }

        Assert.True(accepted > 100 && refused > 1000, $"{accepted} accepted, {refused} refused: the test sees only one side.");
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Decode_CutOrLonger_IsRefused(IndexCoding coding)
    {
        uint[] indices = IndexSets.Bernoulli(3000, 0.02, 5);
        byte[] bytes = Encode(coding, indices, 3000);
        uint[] decoded = new uint[indices.Length];
        for (int n = 0; n < bytes.Length; n++)
        {
            Assert.Throws<DataFormatException>(() => IndexCoder.Decode(coding, bytes.AsSpan(0, n), 3000, decoded));
        }

        foreach (byte more in (byte[])[0, 1])
        {
            Assert.Throws<DataFormatException>(() => IndexCoder.Decode(coding, [.. bytes, more], 3000, decoded));
        }
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Encode_WhatIsNoSet_IsRefused(IndexCoding coding)
    {
        byte[] room = new byte[4096];
        uint[] equal = [.. Enumerable.Range(0, 100).Select(i => (uint)(i < 60 ? i : i - 1))];
        Assert.Contains("index 60 is 59", Assert.Throws<ArgumentException>(() => IndexCoder.Encode(coding, equal, 1000, room)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => IndexCoder.Encode(coding, [3, 2], 1000, room));
        Assert.Throws<ArgumentException>(() => IndexCoder.Encode(coding, [1000], 1000, room));
        Assert.Throws<ArgumentOutOfRangeException>(() => IndexCoder.Encode(coding, [0, 1], 1, room));
        Assert.Throws<ArgumentOutOfRangeException>(() => IndexCoder.MaximumBytes(coding, 0, 1L << 32));
        Assert.Throws<ArgumentOutOfRangeException>(() => IndexCoder.Encode(IndexCoding.None, [1], 10, room));
    }

    /// <summary>The rule in words: a bitmap from the density on where Rice's parameter is 0, or where it is no longer in bytes.</summary>
    [Fact]
    public void Choose_EveryCountBelow600_IsTheSmallestOfExpectedSizes()
    {
        for (int length = 1; length <= 600; length += 7)
        {
            for (int count = 0; count <= length; count++)
            {
                IndexCoding chosen = IndexCoder.Choose(count, length);
                Assert.NotEqual(IndexCoding.EliasFano, chosen);
                Assert.Equal(IndexCoder.All.ToArray().MinBy(c => IndexCoder.ExpectedBytes(c, count, length)), chosen);
                if (count > 0.39 * length)
                {
                    Assert.Equal(IndexCoding.Bitmap, chosen);
                }
            }
        }

        Assert.Equal(IndexCoding.Rice, IndexCoder.Choose(0, 25_000_000));
        Assert.Equal(IndexCoding.Rice, IndexCoder.Choose(250_000, 25_000_000));
        Assert.Equal(IndexCoding.Rice, IndexCoder.Choose(9_000_000, 25_000_000));
        Assert.Equal(IndexCoding.Bitmap, IndexCoder.Choose(9_600_000, 25_000_000));
    }

    /// <summary>What the remark at the rule says that it costs to choose by k and d alone.</summary>
    [Fact]
    public void Choose_WorstSet_IsSevenPercentFromTheSmallest()
    {
        const long Length = 10_000_000;
        for (long count = 10_000; count <= Length; count += 10_000)
        {
            long worst = IndexCoder.MaximumBytes(IndexCoder.Choose(count, Length), count, Length);
            Assert.True(worst <= 1.075 * IndexCoder.MaximumBytes(IndexCoding.Bitmap, count, Length), $"{worst} bytes at {count}");
            Assert.True(worst <= 1.02 * IndexCoder.MaximumBytes(IndexCoding.EliasFano, count, Length) || count > 0.2 * Length, $"{worst} bytes at {count}");
        }
    }

    private static byte[] Encode(IndexCoding coding, uint[] indices, long length)
    {
        byte[] bytes = new byte[IndexCoder.MaximumBytes(coding, indices.Length, length)];
        Array.Fill(bytes, (byte)0xA5);
        return bytes[..(int)IndexCoder.Encode(coding, indices, length, bytes)];
    }

    private static void AssertComesBack(IndexCoding coding, uint[] indices, long length)
    {
        byte[] bytes = Encode(coding, indices, length);
        uint[] decoded = new uint[indices.Length];
        IndexCoder.Decode(coding, bytes, length, decoded);
        Assert.Equal(indices, decoded);
    }

    /// <summary>Of all byte strings that are not longer than a code can be: how many a reader takes.</summary>
    private static long CountDecodable(IndexCoding coding, int count, int length)
    {
        long accepted = 0;
        uint[] decoded = new uint[count];
        for (int n = 0; n <= Math.Min(2, IndexCoder.MaximumBytes(coding, count, length)); n++)
        {
            for (int code = 0; code < 1 << (8 * n); code++)
            {
                byte[] bytes = [.. Enumerable.Range(0, n).Select(i => (byte)(code >> (8 * i)))];
                try
                {
                    IndexCoder.Decode(coding, bytes, length, decoded);
                    accepted++;
                }
                catch (DataFormatException)
                {
                    // Counted by its absence.
                }
            }
        }

        return accepted;
    }

    private static byte[] Mutate(byte[] bytes, SimulationRandom random)
    {
        for (int n = random.NextBelow(3); n >= 0 && bytes.Length > 0; n--)
        {
            bytes[random.NextBelow(bytes.Length)] ^= (byte)(1 << random.NextBelow(8));
            if (random.NextBelow(4) == 0)
            {
                bytes[random.NextBelow(bytes.Length)] = (byte)random.NextWord();
            }
        }

        return bytes;
    }
}
