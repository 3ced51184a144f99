// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Validation;
using FedKernel.Instruments.Statistics;
using FedKernel.Kernels;
using FedKernel.Numerics;
using FedKernel.Random;
using FedKernel.Random.Discrete;
using Xunit;

namespace FedKernel.Tests.Kernels;

/// <summary>
/// The path of a draw is the same whatever the words. A lane has no way from a word to a condition, so a formula over lanes can only choose
/// by arithmetic; what is left are the operations and the words of the table that it reads, which are written down here.
/// </summary>
public sealed class DiscreteGaussianDrawTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(8)]
    [InlineData(1000)]
    public void Draw_AnyWords_TakesTheSameOperationsAndReadsTheSameTable(double sigma)
    {
        var table = new DiscreteGaussianTable(sigma);
        IReadOnlyList<string> first = Trace(table, new Constant(0)), ones = Trace(table, new Constant(uint.MaxValue));
        Assert.NotEmpty(first);
        Assert.Equal(first, ones);
        Assert.Equal(first, Trace(table, new Constant(0x40000000)));
        Assert.Contains($"table {table.Shape.Length - 1}", first);
    }

    [Fact]
    public void Draw_SamplerThatStopsEarly_IsCaughtByItsTrace()
    {
        var table = new DiscreteGaussianTable(8);
        Assert.NotEqual(LeakyCost(table, 5), LeakyCost(table, 0x7FFFFF00));
    }

    /// <summary>Costs, not seconds: of a scan that stops, against those of the kernel, over the words of a stream. Nothing is timed.</summary>
    [Fact]
    public void LargestT_CostOfAScanThatStops_IsAFindingAndThatOfTheKernelIsNot()
    {
        var table = new DiscreteGaussianTable(8);
        var random = new SimulationRandom(new SimulationSeed(3));
        bool[] second = [.. Enumerable.Range(0, 2000).Select(_ => random.NextBelow(2) == 1)];
        uint[] words = [.. second.Select(r => r ? random.NextWord() & 0x7FFFFFFF : 0x12345678)];
        double noise = 10;
        double[] leaky = [.. words.Select(w => LeakyCost(table, w) + (noise * random.NextNormal()))];
        int cost = Trace(table, new Constant(1)).Count;
        double[] constant = [.. words.Select(_ => cost + (noise * random.NextNormal()))];
        Assert.InRange(WelchTest.LargestT(leaky, second), WelchTest.Finding, double.PositiveInfinity);
        Assert.InRange(WelchTest.LargestT(constant, second), 0, WelchTest.Finding / 2);
    }

    [Fact]
    public void LargestT_ConstantTimes_IsZeroIfEqualAndInfiniteIfNot()
    {
        bool[] second = [false, true, false, true];
        Assert.Equal(0, WelchTest.LargestT([3, 3, 3, 3], second));
        Assert.Equal(double.PositiveInfinity, WelchTest.LargestT([3, 4, 3, 4], second));
    }

    [Fact]
    public void Draw_EverySecondAsks_GetsTheDrawsInOrderAndThenTheLast()
    {
        // First stage: magnitude 1 always, or the rest below 2³⁰; rest: a draw below 2³⁰ is 1, else 0.
        uint[] words = [0x7FFFFFFF, 1u << 30, 1u << 30, 0, 0, 1];
        var shape = new DrawShape(1, 1, 1);
        int[] samples = ReferenceDiscreteGaussian.Samples(256, 0, words, shape, (block, output) =>
        {
            // Even words ask. Draws: 1, 0, 1, 0 by their highest limbs.
            for (int k = 0; k < 16; k++)
            {
                output[k] = block % 2 == 0 ? (k % 2 == 0 ? 5u : 0x7FFFFFF0) : k is 0 or 5 ? 9u : 0x7FFFFFF0;
            }
        });
        Assert.Equal([1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], Enumerable.Range(0, 16).Select(k => samples[16 * k]));
    }

    private static IReadOnlyList<string> Trace(DiscreteGaussianTable table, Constant stream) => TracingWord.Of(
        () => DiscreteGaussianDraw.Draw(stream, table.Shape, new TracingTable(table.Words.ToArray()), new TracingWord(0)));

    /// <summary>What a scan costs that stops at the first threshold that is not above the word: what must not be.</summary>
    private static int LeakyCost(DiscreteGaussianTable table, uint word)
    {
        int cost = 0;
        while (cost < table.Shape.First && word < table.Words[cost])
        {
            cost++;
        }

        return cost;
    }

    private readonly struct TracingTable(uint[] words) : IWordTable
    {
        public uint Word(int index)
        {
            TracingWord.Note($"table {index}");
            return words[index];
        }
    }

    /// <summary>A stream whose every word is the same.</summary>
    private readonly struct Constant(uint word) : ICounterStream
    {
        public static bool IsCryptographic => false;

        public Block16<TWord> Words<TWord>(TWord block)
            where TWord : struct, IWordLane<TWord>
        {
            TWord w = TWord.Splat(word);
            Block16<TWord> b;
            (b.R0, b.R1, b.R2, b.R3, b.R4, b.R5, b.R6, b.R7) = (w, w, w, w, w, w, w, w);
            (b.R8, b.R9, b.R10, b.R11, b.R12, b.R13, b.R14, b.R15) = (w, w, w, w, w, w, w, w);
            return b;
        }
    }
}
