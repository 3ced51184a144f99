// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Accounting.Renyi;
using FedKernel.Privacy.Discrete;
using FedKernel.Privacy.Distributed;
using FedKernel.Privacy.Grid;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Privacy.Distributed;

public sealed class DistributedNoiseTests : IDisposable
{
    private const NeighbouringRelation Relation = NeighbouringRelation.AddOrRemoveOne;

    private readonly CpuDevice _device = new(threadCount: 1);

    [Theory]
    [InlineData(10, 0, 0)]
    [InlineData(10, 3, 0)]
    [InlineData(100, 20, 10)]
    [InlineData(5, 4, 0)]
    [InlineData(1, 0, 0)]
    public void Shares_OfTheFewestSurvivors_ReachSigma(int clients, int dropouts, int colluding)
    {
        var noise = new DistributedNoise(50, clients, dropouts, colluding);
        int unknown = clients - dropouts - colluding;
        Assert.InRange(unknown * noise.ShareSigma * noise.ShareSigma, 2500 * (1 - 1e-15), 2500 * (1 + 1e-14));
        using DiscreteGaussianMechanism share = noise.CreateDiscreteGaussianShare(_device, 1000, Relation);
        Assert.True(share.Sigma >= noise.ShareSigma);
        DistributedDiscreteGaussianEvent least = noise.EventOfSum(share, noise.LeastSurvivors, 10);
        Assert.Equal(unknown, least.Shares);
        Assert.Equal(1000, least.Sensitivity);
        Assert.Equal(3162, least.SensitivityL1);
    }

    [Fact]
    public void RequireSurvivors_TooFew_IsRefusedAndTheirEventTellsTheActualVariance()
    {
        var noise = new DistributedNoise(200, 10, 3, 1);
        noise.RequireSurvivors(7);
        Assert.Contains("at least 7", Assert.Throws<ProtocolException>(() => noise.RequireSurvivors(6)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => noise.RequireSurvivors(11));

        SkellamMechanism skellam = noise.CreateSkellamShare(1000, Relation);
        Assert.InRange(noise.EventOfSum(skellam, 7, 10).Variance, 40_000 * (1 - 1e-12), 40_000 * (1 + 1e-12));
        Assert.InRange(noise.EventOfSum(skellam, 4, 10).Variance, 20_000 * (1 - 1e-12), 20_000 * (1 + 1e-12));
        Assert.Throws<ArgumentOutOfRangeException>(() => noise.EventOfSum(skellam, 1, 10));

        using DiscreteGaussianMechanism gaussian = noise.CreateDiscreteGaussianShare(_device, 1000, Relation);
        double Cost(int survivors) => DistributedDiscreteGaussianRenyi.Rdp(noise.EventOfSum(gaussian, survivors, 10), 4);
        double[] costs = [Cost(2), Cost(4), Cost(7), Cost(10)];
        Assert.True(costs[0] > costs[1] && costs[1] > costs[2] && costs[2] > costs[3]);

        // 6 unknown shares of 7 survivors: ρ = Δ²/2σ² = 12.5, times the order.
        Assert.Equal(4 * 12.5, costs[2], 1e-9);
    }

    /// <summary>What a client states about its share is about the share alone: the server's plan is the only way to the sum's.</summary>
    [Fact]
    public void Share_OwnEvent_IsTheShareAlone()
    {
        var noise = new DistributedNoise(200, 100, 0);
        using DiscreteGaussianMechanism share = noise.CreateDiscreteGaussianShare(_device, 1000, Relation);
        DiscreteGaussianEvent own = share.EventOf(10);
        Assert.Equal(20, own.Sigma, 1e-12);
        Assert.Equal(20, Math.Sqrt(noise.CreateSkellamShare(1000, Relation).EventOf(10).Variance), 1e-12);
        var alone = new DistributedDiscreteGaussianEvent(own.Sigma, 1, own.Sensitivity, 3162, 10, own.FailureMass, Relation);
        Assert.Equal(
            100, DistributedDiscreteGaussianRenyi.Rdp(alone, 2) / DistributedDiscreteGaussianRenyi.Rdp(noise.EventOfSum(share, 100, 10), 2), 1e-9);
    }

    [Fact]
    public void EventOfSum_WeakerShares_AreRefused()
    {
        var noise = new DistributedNoise(200, 10, 3);
        using DiscreteGaussianMechanism weak = new DistributedNoise(100, 10, 3).CreateDiscreteGaussianShare(_device, 1000, Relation);
        Assert.Throws<ArgumentException>(() => noise.EventOfSum(weak, 10, 10));
        Assert.Throws<ArgumentException>(() => noise.EventOfSum(new SkellamMechanism(100, 1000, Relation), 10, 10));
    }

    /// <summary>The whole way: clip, share, sum, resolve. The error has the variance of the survivors' shares, within five standard errors.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Round_WithDropouts_SumsExactlyAndHasTheNoise(bool gaussian)
    {
        const int Dimension = 3000, GridBound = 1 << 14, Survivors = 9;
        var noise = new DistributedNoise(500, 12, 4);
        var clipping = new GridClipping(1, GridBound);
        using DeviceBuffer<int> sum = _device.Allocate<int>(Dimension), integers = _device.Allocate<int>(Dimension);
        var total = new GridSum(sum, GridBound, GridSum.NoiseReserve(noise.ShareSigma * Math.Sqrt(noise.Clients), Dimension, 1e-12));
        using DiscreteGaussianMechanism first = noise.CreateDiscreteGaussianShare(_device, GridBound, Relation);
        SkellamMechanism second = noise.CreateSkellamShare(GridBound, Relation);
        long[] exact = new long[Dimension];
        for (int client = 0; client < Survivors; client++)
        {
            float[] x = [.. Enumerable.Range(0, Dimension).Select(i => MathF.Cos((client * 31) + i) / 30)];
            using SecretKey256 key = SecretKey256.Import([.. Enumerable.Range(1 + client, 32).Select(i => (byte)i)]);
            using ModelUpdate update = ModelUpdate.Upload(_device, ParameterLayout.Flat(Dimension), x);
            BoundedGridUpdate bounded = clipping.Clip(update, integers).Bounded!;
            int[] k = integers.ToArray();
            for (int i = 0; i < Dimension; i++)
            {
                exact[i] += k[i];
            }

            PrivacyEvent own = gaussian ? first.AddNoise(bounded, key, 1) : second.AddNoise(bounded, key, 1);
            Assert.Equal(Relation, own.Relation);
            total.Add(integers);
        }

        noise.RequireSurvivors(total.Count);
        double variance = sum.ToArray().Zip(exact).Average(p => Math.Pow(p.First - p.Second, 2));
        double expected = Survivors * noise.ShareSigma * noise.ShareSigma;
        Assert.True(expected >= 500.0 * 500);
        Assert.InRange(variance / expected, 1 - (5 * Math.Sqrt(2.0 / Dimension)), 1 + (5 * Math.Sqrt(2.0 / Dimension)));
    }

    [Fact]
    public void Constructor_BadInput_NamesTheRange()
    {
        foreach (double sigma in (double[])[0, -1, double.NaN, double.PositiveInfinity])
        {
            Refused(() => new DistributedNoise(sigma, 10, 0));
        }

        Refused(() => new DistributedNoise(1, 0, 0));
        Refused(() => new DistributedNoise(1, 10, 10));
        Refused(() => new DistributedNoise(1, 10, 5, 5));
        Refused(() => new DistributedNoise(1, 10, -1));
        static void Refused(Func<object> make) =>
            Assert.Contains("Must lie in", Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);
    }

    /// <summary>heuristic_scale_factor of google-research/federated, distributed_dp/accounting_utils.py.</summary>
    [Fact]
    public void StepsPerUnit_KnownAnswer()
    {
        var width = new GridWidth { Bits = 16, Clients = 100, Dimension = 1 << 20, Deviations = 4 };
        Assert.Equal(8153.213176043, width.StepsPerUnit(1, 0.1), 1e-9 * 8153);
        Assert.Contains(
            "at least 6", Assert.Throws<ArgumentException>(() => (width with { Bits = 5 }).StepsPerUnit(1, 0.1)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _device.Dispose();
}
