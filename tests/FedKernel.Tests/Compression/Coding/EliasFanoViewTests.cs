// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Coding;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace FedKernel.Tests.Compression.Coding;

public sealed class EliasFanoViewTests
{
    [Fact]
    public void View_AnySet_AnswersAsTheSet()
    {
        Prop.ForAll(Arb.From(IndexSets.Any), s =>
        {
            EliasFanoView view = Open(s.Indices, s.Length);
            var set = s.Indices.ToHashSet();
            for (int i = 0; i < s.Indices.Length; i++)
            {
                Assert.Equal(s.Indices[i], view.ElementAt(i));
            }

            for (uint x = 0; x < s.Length + 3; x++)
            {
                Assert.Equal(set.Contains(x), view.Contains(x));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(5, 4711));
    }

    [Fact]
    public void View_LongestVector_AnswersAtBothEnds()
    {
        uint[] indices = [0, 1, 77, 1u << 31, uint.MaxValue - 3, uint.MaxValue - 1];
        EliasFanoView view = Open(indices, uint.MaxValue);
        Assert.Equal(uint.MaxValue - 1, view.ElementAt(5));
        Assert.True(view.Contains(0) && view.Contains(1u << 31) && view.Contains(uint.MaxValue - 1));
        Assert.False(view.Contains(2) || view.Contains(uint.MaxValue - 2) || view.Contains(uint.MaxValue));
    }

    [Fact]
    public void View_BytesThatDecodeRefuses_AreRefused()
    {
        uint[] indices = IndexSets.Bernoulli(2000, 0.03, 4);
        byte[] bytes = Encode(indices, 2000);
        uint[] decoded = new uint[indices.Length];
        uint[] directory = new uint[EliasFanoView.DirectoryLength(indices.Length, 2000)];
        int refused = 0;
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            byte[] mutated = [.. bytes];
            mutated[bit / 8] ^= (byte)(1 << (bit % 8));
            string? expected = Message(() => EliasFanoCoder.Decode(mutated, 2000, decoded));
            Assert.Equal(expected, Message(() => _ = new EliasFanoView(mutated, 2000, indices.Length, directory)));
            refused += expected is null ? 0 : 1;
        }

        Assert.InRange(refused, 1, (8 * bytes.Length) - 1);
    }

    private static string? Message(Action action) => Record.Exception(action) switch
    {
        null => null,
        DataFormatException refusal => refusal.Message,
        { } other => throw other,
    };

    private static EliasFanoView Open(uint[] indices, long length) => new(
        Encode(indices, length), length, indices.Length, new uint[EliasFanoView.DirectoryLength(indices.Length, length)]);

    private static byte[] Encode(uint[] indices, long length)
    {
        byte[] bytes = new byte[EliasFanoCoder.MaximumBytes(indices.Length, length)];
        EliasFanoCoder.Encode(indices, length, bytes);
        return bytes;
    }
}
