// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Sparsifiers;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Compression.Sparsifiers;

/// <summary>The sets that seeds draw.</summary>
public sealed class RandomIndicesTests
{
    [Theory]
    [InlineData(9, 1)]
    [InlineData(9, 4)]
    [InlineData(9, 7)]
    [InlineData(9, 9)]
    [InlineData(70, 35)]
    public void Draw_EveryPair_IsAsLikelyAsEveryOther(int length, int count)
    {
        // Pairs of a uniform set without replacement: k(k − 1) / (d(d − 1)) each; and what is single, k/d.
        const int Draws = 20_000;
        var pairs = new int[length, length];
        for (uint draw = 0; draw < Draws; draw++)
        {
            uint[] set = RandomIndices.Draw(SharedSeed.Of(new SimulationSeed(7), draw), length, count);
            Assert.Equal(count, set.Distinct().Count());
            foreach (uint a in set)
            {
                foreach (uint b in set)
                {
                    pairs[a, b]++;
                }
            }
        }

        double one = (double)count / length, two = one * (count - 1) / Math.Max(1, length - 1);
        for (int a = 0; a < length; a++)
        {
            for (int b = a; b < length; b++)
            {
                double p = a == b ? one : two;
                Assert.InRange(pairs[a, b], (Draws * p) - (6 * Math.Sqrt(Draws * p * (1 - p))) - 1e-6, (Draws * p) + (6 * Math.Sqrt(Draws * p * (1 - p))) + 1e-6);
            }
        }
    }

    [Fact]
    public void Draw_OfASeed_IsForEverTheSame()
    {
        // Part of the format: frames of sharedrandom must decode for ever. The sets are those of a plain program in another language.
        uint[] few = RandomIndices.Draw(new SharedSeed([.. Enumerable.Range(0, 32).Select(i => (byte)i)]), 1000, 8);
        uint[] many = RandomIndices.Draw(new SharedSeed([.. Enumerable.Range(0, 32).Select(i => (byte)i)]), 12, 9);
        Assert.Equal("93 141 145 433 492 530 543 781", string.Join(' ', few));
        Assert.Equal("0 2 3 4 6 7 9 10 11", string.Join(' ', many));
    }
}
