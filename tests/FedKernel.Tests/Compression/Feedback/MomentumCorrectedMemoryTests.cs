// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Feedback;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using Xunit;

namespace FedKernel.Tests.Compression.Feedback;

public sealed class MomentumCorrectedMemoryTests : IDisposable
{
    private readonly CpuDevice _device = new(threadCount: 1);

    /// <summary>Y. Lin et al. 2018, section 3.2, followed by hand with m = ½: u = m·u + g, v = v + u, the largest of v travels.</summary>
    [Fact]
    public void Round_ThreeRoundsByHand_IsThePaperWithFactorMasking()
    {
        using var memory = new MomentumCorrectedMemory(_device, 2, new MomentumCorrection(0.5));
        var sent = new double[2];
        FeedbackMemoryTests.Round(memory, [4, 2], 1, sent);
        Assert.Equal([4, 0], sent);
        Assert.Equal([[0, 2], [0, 2]], Vectors(memory));

        // u = (1, 1 + 2), v = (1, 2 + 3): the second travels, u and v are cleared there.
        FeedbackMemoryTests.Round(memory, [1, 2], 1, sent);
        Assert.Equal([4, 5], sent);
        Assert.Equal([[1, 0], [1, 0]], Vectors(memory));

        // u = (0.5 + 1, 1), v = (1 + 1.5, 1).
        FeedbackMemoryTests.Round(memory, [1, 1], 1, sent);
        Assert.Equal([6.5, 5], sent);
        Assert.Equal([[0, 1], [0, 1]], Vectors(memory));
    }

    /// <summary>Without masking by sparsification, k = d, momentum is cleared every round: nothing but the update travels.</summary>
    [Fact]
    public void Round_EverythingTravels_IsTheUpdate()
    {
        using var memory = new MomentumCorrectedMemory(_device, 3, new MomentumCorrection(0.9));
        var sent = new double[3];
        FeedbackMemoryTests.Round(memory, [1, 2, 3], 3, sent);
        FeedbackMemoryTests.Round(memory, [1, 2, 3], 3, sent);
        Assert.Equal([2, 4, 6], sent);
    }

    [Fact]
    public void Round_NoMomentum_IsErrorFeedbackBitForBit()
    {
        using var momentum = new MomentumCorrectedMemory(_device, 1000, new MomentumCorrection(0));
        using var plain = new ErrorFeedbackMemory(_device, 1000);
        for (int round = 0; round < 5; round++)
        {
            FeedbackMemoryTests.Round(momentum, FeedbackMemoryTests.Updates(round), 30, new double[1000]);
            FeedbackMemoryTests.Round(plain, FeedbackMemoryTests.Updates(round), 30, new double[1000]);
            Assert.Equal(plain.Vectors[0].ToArray(), momentum.Vectors[0].ToArray());
        }
    }

    /// <summary>Over many rounds a constant gradient arrives multiplied by 1/(1 − m), as momentum without compression has it.</summary>
    [Fact]
    public void Round_ElementTravelsSeldom_ArrivesWithItsMomentum()
    {
        // One of two: the first has 1000 every round and always travels; the second must wait until it is larger.
        using var memory = new MomentumCorrectedMemory(_device, 2, new MomentumCorrection(0.5));
        var sent = new double[2];
        int rounds = 0;
        for (; sent[1] == 0; rounds++)
        {
            FeedbackMemoryTests.Round(memory, [1000, 10], 1, sent);
        }

        // Σ of T rounds of u: 10·(2T − 2(1 − 2^−T)).
        double expected = 10 * ((2 * rounds) - (2 * (1 - Math.ScaleB(1, -rounds))));
        Assert.Equal(expected, sent[1], 1e-3);
        Assert.InRange(rounds, 50, 53);
    }

    [Fact]
    public void Correct_LocalClipping_ShortensToTheThresholdOverTheRootOfClients()
    {
        // ‖g‖ = 5, θ/√N = 4/√4 = 2.
        var parameters = new MomentumCorrection(0.9, 4, 4);
        Assert.Equal(2, parameters.LocalBound);
        Assert.Equal(0.4f, parameters.Factor(25));
        Assert.Equal(1, parameters.Factor(4));
        Assert.Equal(1, parameters.Factor(0));
        Assert.Equal(1, parameters.Factor(double.NaN));
        using var memory = new MomentumCorrectedMemory(_device, 2, parameters);
        using DeviceBuffer<float> update = _device.Upload<float>([3, 4]);
        Assert.Equal([3 * 0.4f, 4 * 0.4f], memory.Correct(update).Values.ToArray());
    }

    [Theory]
    [InlineData(-0.1, 1, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(double.NaN, 1, 1)]
    [InlineData(0.9, 0, 1)]
    [InlineData(0.9, double.NaN, 1)]
    [InlineData(0.9, 1, 0)]
    public void Parameters_OutOfRange_AreRefused(double momentum, double threshold, int clients) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MomentumCorrection(momentum, threshold, clients));

    [Fact]
    public void Name_IsThatOfThePipeline()
    {
        Assert.Equal("dgc:0.9", new MomentumCorrection(0.9).Name);
        Assert.Equal("dgc:0.9,2.5,10", new MomentumCorrection(0.9, 2.5, 10).Name);
    }

    [Fact]
    public void WarmUp_FourRounds_IsThatOfThePaper()
    {
        double[] expected = [0.25, 0.0625, 0.015625, 0.00390625, 0.001, 0.001];
        Assert.Equal(expected, Enumerable.Range(0, 6).Select(t => SparsityWarmUp.Fraction(t, 4, 0.001)));
        Assert.Equal(0.1, SparsityWarmUp.Fraction(1, 4, 0.1));
        Assert.Equal(0.1, SparsityWarmUp.Fraction(0, 0, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparsityWarmUp.Fraction(0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparsityWarmUp.Fraction(-1, 0, 1));
    }

    public void Dispose() => _device.Dispose();

    private static float[][] Vectors(MomentumCorrectedMemory memory) => [.. memory.Vectors.Select(v => v.ToArray())];
}
