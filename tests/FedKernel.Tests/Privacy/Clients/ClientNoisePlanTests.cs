// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Clients;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Privacy.Clients;

public sealed class ClientNoisePlanTests
{
    private const NeighbouringRelation Relation = NeighbouringRelation.AddOrRemoveOne;

    private static readonly ClientProfile[] _hospitals =
    [
        new("strict", 0.5, 1e-6, 200),
        new("small", 2, 1e-5, 30) { Spread = 1 },
        new("large", 2, 1e-5, 900) { Spread = 1, ClippingBound = 0.5 },
        new("other patients", 8, 1e-5, 400) { Divergence = LabelSkew.Divergence(0.2, 1) },
    ];

    [Fact]
    public void Clients_DifferentPromises_EachSpendsItsOwn()
    {
        var plan = new ClientNoisePlan(_hospitals, 10, 20, Relation);
        foreach (ClientNoise client in plan.Clients)
        {
            Assert.InRange(client.Spent.Upper, client.Profile.Epsilon * (1 - 1e-9), client.Profile.Epsilon * (1 + 1e-12));
            Assert.Equal(new RepeatedEvent(new GaussianEvent(client.NoiseMultiplier, Relation), 10), client.Event);
        }

        Assert.Equal(1, plan.Clients.Sum(c => c.Weight), 1e-14);
        // σ for ε = 2, δ = 1e-5 is 1.99381244564 (mpmath): √10 times that over n, times C.
        Assert.Equal(1, plan.Clients[1].StandardDeviation / (1.99381244564 * Math.Sqrt(10) / 30), 1e-9);
        Assert.Equal(1, plan.Clients[2].StandardDeviation / (1.99381244564 * Math.Sqrt(10) * 0.5 / 900), 1e-9);
        Assert.Equal(
            2 * plan.Clients[1].StandardDeviation,
            new ClientNoisePlan(_hospitals, 10, 20, NeighbouringRelation.ReplaceOne).Clients[1].StandardDeviation,
            1e-12);
        // More budget, more records, shorter gradients: more weight. Other patients: less.
        Assert.True(plan.Clients[2].Weight > plan.Clients[1].Weight);
        Assert.True(plan.Clients[3].Weight < new ClientNoisePlan([.. _hospitals[..3], new("other patients", 8, 1e-5, 400)], 10, 20, Relation)
            .Clients[3].Weight);
    }

    [Fact]
    public void Weights_Simulated_BeatUniformByAsMuchAsThePlanSays()
    {
        const int Dimension = 20, Trials = 4000;
        var plan = new ClientNoisePlan(_hospitals, 10, Dimension, Relation);
        var random = new SimulationRandom(new SimulationSeed(14));
        double weighted = 0, uniform = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            for (int i = 0; i < Dimension; i++)
            {
                double a = 0, b = 0;
                foreach (ClientNoise client in plan.Clients)
                {
                    // All three parts of the variance, spread over the coordinates.
                    double error = Math.Sqrt(client.Variance / Dimension) * random.NextNormal();
                    a += client.Weight * error;
                    b += error / plan.Clients.Count;
                }

                weighted += a * a / Trials;
                uniform += b * b / Trials;
            }
        }

        // Relative standard error √(2 / (20 · 4000)) = 0.5 %; six of them.
        Assert.Equal(1, weighted / plan.Variance, 0.03);
        Assert.Equal(1, uniform / plan.UniformVariance, 0.03);
        Assert.True(weighted < 0.5 * uniform, $"{weighted} against {uniform}");
    }

    [Fact]
    public void Variance_RandomFederations_IsNeverAboveUniformOrAnyOtherWeights()
    {
        var random = new SimulationRandom(new SimulationSeed(15));
        for (int trial = 0; trial < 100; trial++)
        {
            ClientProfile[] profiles = [.. Enumerable.Range(0, 1 + random.NextBelow(6)).Select(i =>
                new ClientProfile($"{i}", Math.Exp(random.NextNormal()), 1e-5, 1 + random.NextBelow(1000)) { Divergence = random.NextUniform() })];
            var plan = new ClientNoisePlan(profiles, 3, 5, Relation);
            Assert.True(plan.Variance <= plan.UniformVariance * (1 + 1e-12));
            double[] other = [.. profiles.Select(_ => random.NextUniform())];
            double total = other.Sum();
            double error = plan.Clients.Select((c, i) => Math.Pow(other[i] / total, 2) * c.Variance).Sum();
            Assert.True(plan.Variance <= error * (1 + 1e-12));
        }
    }

    [Fact]
    public void Measurements_PrivatelyTaken_ArePaidFromTheClientsOwnBudget()
    {
        using var key = SecretKey256.Create();
        (double[] counts, GaussianEvent cost) = LabelSkew.Release([120, 80], 5, Relation, key, 0);
        ClientProfile profile = new("measured", 2, 1e-5, 200)
        {
            Divergence = LabelSkew.Divergence(LabelSkew.TotalVariation(counts, [1, 1]), 1),
            Measurements = [cost],
        };
        ClientNoise measured = new ClientNoisePlan([profile], 10, 1, Relation).Clients[0];
        // Σ z⁻²: what the rounds have is what the label counts left.
        double whole = Math.Pow(AnalyticGaussian.NoiseMultiplier(2, 1e-5), -2);
        Assert.Equal(1, 10 * Math.Pow(measured.NoiseMultiplier, -2) / (whole - (1 / 25.0)), 1e-7);
        Assert.InRange(measured.Spent.Upper, 2 * (1 - 1e-7), 2);
        Assert.Contains(
            "nothing is left",
            Assert.Throws<PrivacyBudgetException>(
                () => new ClientNoisePlan([profile with { Measurements = [new GaussianEvent(1, Relation)] }], 10, 1, Relation)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void LabelSkew_KnownCounts_IsTheDistance()
    {
        Assert.Equal(0.3, LabelSkew.TotalVariation([80, 20], [1, 1]), 1e-14);
        Assert.Equal(1, LabelSkew.TotalVariation([5, -3], [0, 7]));
        Assert.Equal(0, LabelSkew.TotalVariation([5, 10], [2, 4]), 1e-14);
        Assert.Equal(0.6, LabelSkew.Divergence(0.3, 1), 1e-14);
        Assert.Throws<ArgumentException>(() => LabelSkew.TotalVariation([-1, 0], [1, 1]));
        Assert.Throws<ArgumentException>(() => LabelSkew.TotalVariation([double.NaN, 1], [1, 1]));
        Assert.Throws<ArgumentException>(() => LabelSkew.TotalVariation([1], [1, 1]));
    }

    [Theory]
    [InlineData(NeighbouringRelation.AddOrRemoveOne, 9)]
    [InlineData(NeighbouringRelation.ReplaceOne, 18)]
    public void Release_ManyCounts_HasTheVarianceOfItsRelation(NeighbouringRelation relation, double variance)
    {
        using var key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        double[] noised = LabelSkew.Release(new long[4000], 3, relation, key, 1).Counts;
        double ratio = noised.Average(v => v * v) / variance;
        Assert.InRange(ratio, 1 - (6 * Math.Sqrt(2.0 / 4000)), 1 + (6 * Math.Sqrt(2.0 / 4000)));
    }

    [Fact]
    public void Plan_BadInput_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClientNoisePlan([], 1, 1, Relation));
        Assert.Throws<ArgumentException>(() => new ClientNoisePlan([_hospitals[0], _hospitals[0]], 1, 1, Relation));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClientNoisePlan(_hospitals, 0, 1, Relation));
        Assert.Throws<ArgumentException>(() => new ClientProfile("", 1, 1e-5, 1));
        foreach (double bad in new[] { 0, -1, double.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new ClientProfile("a", bad, 1e-5, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => new ClientProfile("a", 1, bad, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => new ClientProfile("a", 1, 1e-5, bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new ClientProfile("a", 1, 1e-5, 1) { ClippingBound = bad });
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new ClientProfile("a", 1, 1, 1));
    }
}
