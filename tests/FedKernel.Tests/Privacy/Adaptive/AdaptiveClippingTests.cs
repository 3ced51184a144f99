// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Adaptive;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Privacy.Adaptive;

/// <summary>
/// Known answers: the toys of TensorFlow Privacy's quantile_adaptive_clip_sum_query_test.py; z_Δ and the sequence from C₀ = 0.1
/// evaluated with mpmath from the formulas of arXiv 1905.03871.
/// </summary>
public sealed class AdaptiveClippingTests : IDisposable
{
    private readonly CpuDevice _device = new();

    [Fact]
    public void Toy_LinearOfTensorFlowPrivacy_IsReproduced() =>
        AssertToy([8.5f, -7.25f], new QuantileTracker(10, 0, 1, 2, BoundUpdate.Linear), [10, 9, 8, 7.5, 7, 7], [1.25, 1.25, 0.75, 0.25, 0]);

    [Fact]
    public void Toy_GeometricOfTensorFlowPrivacy_IsReproduced() =>
        AssertToy([5f, -2.5f], new QuantileTracker(16, 0, Math.Log(2), 2), [16, 8, 4, 2.8284271247, 2, 2], [2.5, 2.5, 1.5, 0.3284271247, 0]);

    [Fact]
    public void Update_KnownShares_GivesTheSequence()
    {
        var tracker = new QuantileTracker(0.1, 0.5, 0.2, 10);
        double[] expected =
            [.090483741804, .081873075308, .077105158580, .075578374146, .075578374146, .077105158580, .081873075308];
        foreach ((double share, double bound) in new[] { 1, 1, .8, .6, .5, .4, .2 }.Zip(expected))
        {
            Assert.Equal(share, tracker.Update(10 * (share - 0.5)), 1e-12);
            Assert.Equal(bound, tracker.Bound, 1e-11);
        }
    }

    [Theory]
    [InlineData(1, 5, 1.005037815259)]
    [InlineData(3, 5, 3.144854510166)]
    public void UpdateMultiplier_OfAndrew_IsExact(double z, double sigma, double expected)
    {
        var noise = new AdaptiveNoise(z, sigma, NeighbouringRelation.AddOrRemoveOne);
        Assert.Equal(expected, noise.UpdateMultiplier, 1e-11);
        // Both releases together are the round's event.
        double both = Math.Pow(noise.UpdateMultiplier, -2) + Math.Pow(noise.CountMultiplier, -2);
        Assert.Equal(1 / (z * z), both, 1e-14);
        // A bit that is replaced moves the count by 1, one that is added by ½.
        Assert.Equal(noise.CountMultiplier, 2 * new AdaptiveNoise(z, sigma, NeighbouringRelation.ReplaceOne).CountMultiplier);
    }

    [Theory]
    [InlineData(NeighbouringRelation.AddOrRemoveOne, 0.5, "0.5")]
    [InlineData(NeighbouringRelation.ReplaceOne, 1, "1")]
    public void AdaptiveNoise_CountSpendsAll_NamesTheLeast(NeighbouringRelation relation, double deviation, string least)
    {
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveNoise(1, deviation, relation)).Message;
        Assert.Contains($"Must exceed {least}:", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveNoise(0, 5, relation));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveNoise(1, double.NaN, relation));
    }

    [Theory]
    [InlineData(0.1, false)]
    [InlineData(10, false)]
    [InlineData(0.1, true)]
    [InlineData(10, true)]
    public void Server_LognormalNorms_ConvergesToTheMedianFromBothSides(double initial, bool noised)
    {
        // Norms with median 1, γ = 0.5, η = 0.2, n = 100, σ_b = n / 20: a peer with the opposite bit ends at 2.7e-4 or 3650.
        var random = new SimulationRandom(new SimulationSeed(11));
        using var key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        var server = new AdaptiveClippingServer(
            new QuantileTracker(initial, 0.5, 0.2, 100), new AdaptiveNoise(1, 5, NeighbouringRelation.AddOrRemoveOne));
        double late = 0;
        for (int t = 0; t < 200; t++)
        {
            AdaptiveRound round = server.Begin();
            var client = new AdaptiveClippingClient(round.ClippingBound);
            var count = new UnclippedCount();
            for (int i = 0; i < 100; i++)
            {
                using ModelUpdate update = ModelUpdate.Upload(_device, ParameterLayout.Flat(1), [(float)Math.Exp(random.NextNormal())]);
                count.Add(client.Clip(update).HalfUnits);
            }

            server.End(round, noised ? count.Release(round.Noise, key, (uint)t) : count.WithoutNoise);
            Assert.Equal(round.Noise.UpdateMultiplier * round.ClippingBound, round.UpdateDeviation);
            late += t >= 100 ? Math.Log(server.NextBound) / 100 : 0;
        }

        // Single rounds wander by some per cent; their mean is held tighter.
        Assert.InRange(server.NextBound, 0.85, 1.15);
        Assert.InRange(Math.Exp(late), 0.97, 1.03);
    }

    [Fact]
    public void Round_AfterTheBoundMoved_KeepsTheBoundThatClipped()
    {
        var server = new AdaptiveClippingServer(
            new QuantileTracker(2, 0.5, 0.2, 10), new AdaptiveNoise(1, 5, NeighbouringRelation.ReplaceOne));
        AdaptiveRound round = server.Begin();
        server.End(round, 5);
        Assert.NotEqual(2, server.NextBound);
        Assert.Equal(2, round.ClippingBound);
        Assert.Equal(2 * 2 * round.Noise.UpdateMultiplier, round.UpdateDeviation);
        Assert.Equal(new GaussianEvent(1, NeighbouringRelation.ReplaceOne), round.Event);
        Assert.Equal(round.Noise.UpdateMultiplier, round.CreateMechanism().NoiseMultiplier);
    }

    [Fact]
    public void Server_CountOfAnotherRound_IsRefused()
    {
        var server = new AdaptiveClippingServer(
            new QuantileTracker(2, 0.5, 0.2, 10), new AdaptiveNoise(1, 5, NeighbouringRelation.AddOrRemoveOne));
        AdaptiveRound round = server.Begin();
        Assert.Throws<ProtocolException>(server.Begin);
        Assert.Throws<ArgumentOutOfRangeException>(() => server.End(round, double.NaN));
        server.End(round, 0);
        Assert.Throws<ProtocolException>(() => server.End(round, 0));
    }

    [Fact]
    public void Client_NonFinite_SendsNoBit()
    {
        using ModelUpdate update = ModelUpdate.Upload(_device, ParameterLayout.Flat(2), [1, float.NaN]);
        AdaptiveContribution contribution = new AdaptiveClippingClient(1).Clip(update);
        Assert.Equal(0, contribution.HalfUnits);
        Assert.Equal(1, contribution.Clipping.NonFiniteCount);
    }

    [Fact]
    public void Count_ForgedBitOrSecondRelease_IsRefused()
    {
        var count = new UnclippedCount();
        Assert.Throws<ArgumentOutOfRangeException>(() => count.Add(2));
        using var key = SecretKey256.Create();
        var noise = new AdaptiveNoise(1, 5, NeighbouringRelation.AddOrRemoveOne);
        count.Release(noise, key, 1);
        Assert.Throws<InvalidOperationException>(() => count.Release(noise, key, 2));
    }

    [Fact]
    public void Release_ManyRounds_HasTheDeviationThatWasPaidFor()
    {
        using var key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        var noise = new AdaptiveNoise(1, 5, NeighbouringRelation.AddOrRemoveOne);
        double squares = 0;
        for (uint t = 0; t < 4000; t++)
        {
            squares += Math.Pow(new UnclippedCount().Release(noise, key, t), 2);
        }

        // Six standard errors, fixed key.
        Assert.InRange(squares / 4000, 25 * (1 - (6 * Math.Sqrt(2.0 / 4000))), 25 * (1 + (6 * Math.Sqrt(2.0 / 4000))));
    }

    [Theory]
    [InlineData(0, 0.5, 0.2, 10)]
    [InlineData(1, 1.5, 0.2, 10)]
    [InlineData(1, 0.5, 0, 10)]
    [InlineData(1, 0.5, 0.2, 0)]
    [InlineData(double.NaN, 0.5, 0.2, 10)]
    public void Tracker_OutOfRange_IsRefused(double bound, double quantile, double rate, double cohort) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantileTracker(bound, quantile, rate, cohort));

    [Fact]
    public void Tracker_WildNoise_MovesTheBoundByABoundedStep()
    {
        var tracker = new QuantileTracker(1, 0.5, 0.2, 10);
        tracker.Update(1e300);
        Assert.Equal(Math.Exp(-0.2), tracker.Bound, 1e-12);
    }

    public void Dispose() => _device.Dispose();

    private void AssertToy(float[] records, QuantileTracker tracker, double[] bounds, double[] sums)
    {
        for (int t = 0; t < sums.Length; t++)
        {
            Assert.Equal(bounds[t], tracker.Bound, 1e-9);
            var client = new AdaptiveClippingClient(tracker.Bound);
            var count = new UnclippedCount();
            double sum = 0;
            foreach (float record in records)
            {
                using ModelUpdate update = ModelUpdate.Upload(_device, ParameterLayout.Flat(1), [record]);
                count.Add(client.Clip(update).HalfUnits);
                sum += update.Values.ToArray()[0];
            }

            Assert.Equal(sums[t], sum, 3e-6);
            tracker.Update(count.WithoutNoise);
        }

        Assert.Equal(bounds[^1], tracker.Bound, 1e-9);
    }
}
