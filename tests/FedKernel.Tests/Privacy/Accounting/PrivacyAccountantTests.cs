// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Accounting.Renyi;
using Xunit;

namespace FedKernel.Tests.Privacy.Accounting;

public sealed class PrivacyAccountantTests
{
    [Fact]
    public void Epsilon_GaussianHistories_AreExact()
    {
        foreach (JsonElement row in Reference.Extras.GetProperty("analytic_gaussian_epsilon").EnumerateArray())
        {
            Check(new GaussianEvent(row.Number("sigma"), Reference.AddOrRemove), row.Number("delta"), row.Number("epsilon"));
        }

        foreach (JsonElement row in Reference.Grid.GetProperty("rows").EnumerateArray())
        {
            if (row.TryGetProperty("exact_gaussian", out JsonElement exact))
            {
                Check(
                    Reference.Sampled(row.Number("noise_multiplier"), 1, row.GetProperty("steps").GetInt64()),
                    row.Number("delta"),
                    exact.GetDouble());
            }
        }

        static void Check(PrivacyEvent history, double delta, double expected)
        {
            PrivacyBracket bracket = PrivacyAccountant.Epsilon(history, delta);
            Assert.Equal(1, bracket.Upper / expected, 1e-9);
            Assert.Equal(bracket.Upper, bracket.Lower);
            Assert.Equal("exact Gaussian", bracket.UpperMethod);
            Assert.Equal(1, PrivacyAccountant.Delta(history, expected).Upper / delta, 1e-6);
        }
    }

    [Fact]
    public void Answers_NoiseSoSmallThatNumbersOverflow_AreNumbers()
    {
        var history = new RepeatedEvent(new PoissonSampledEvent(0.5, new GaussianEvent(1e-300, Reference.AddOrRemove)), 10);
        PrivacyBracket epsilon = PrivacyAccountant.Epsilon(history, 1e-5);
        Assert.Equal((0, double.PositiveInfinity), (epsilon.Lower, epsilon.Upper));
        PrivacyBracket delta = PrivacyAccountant.Delta(history, 1);
        Assert.Equal((0, 1), (delta.Lower, delta.Upper));
    }

    /// <summary>No loss grid holds such a q. Replace-one has no other method: no bound is then the answer.</summary>
    [Theory]
    [InlineData(NeighbouringRelation.AddOrRemoveOne, 0, 0)]
    [InlineData(NeighbouringRelation.ReplaceOne, double.PositiveInfinity, 1)]
    public void Answers_LeastSamplingProbability_Come(NeighbouringRelation relation, double epsilon, double delta)
    {
        var history = new RepeatedEvent(new PoissonSampledEvent(1e-300, new GaussianEvent(1, relation)), 10);
        Assert.Equal(epsilon, PrivacyAccountant.Epsilon(history, 1e-5).Upper);
        Assert.Equal(delta, PrivacyAccountant.Delta(history, 0.1).Upper, 1e-5);
    }

    /// <summary>With probability q all is told: ε at a δ below q is that of a release which tells nearly everything.</summary>
    [Theory]
    [InlineData(0.01, 1e-20, 1e-30, 5000)]
    [InlineData(0.001, 1e-20, 1e-190, 5e5)]
    [InlineData(0.1, 1e-300, 1e-190, 0)]
    public void Epsilon_RareAndLoud_IsNotLostInRounding(double noise, double q, double delta, double least) =>
        Assert.InRange(PrivacyAccountant.Epsilon(Reference.Sampled(noise, q, 1), delta).Upper, least, 1e6);

    [Fact]
    public void Epsilon_LayersAndSchedule_AreTheGoldenValues()
    {
        Assert.Equal(5.12736825681, Of(1, 2, 4), 1e-9);
        Assert.Equal(7.20867389790, Of(1, 1.25, 1.5, 2), 1e-9);

        static double Of(params double[] noise) => PrivacyAccountant.Epsilon(
            new ComposedEvent([.. noise.Select(z => new GaussianEvent(z, Reference.AddOrRemove))]), 1e-5).Upper;
    }

    /// <summary>dp_accounting #378: its RDP counts the sensitivity of replace-one twice. z is σ over that sensitivity already.</summary>
    [Fact]
    public void Epsilon_ReplaceOne_CountsTheSensitivityOnce()
    {
        // σ = 2C is noise multiplier 1 for neighbours that differ by 2C.
        var release = new GaussianEvent(1, NeighbouringRelation.ReplaceOne);
        Assert.Equal(1, PrivacyAccountant.Epsilon(release, 1e-5).Upper / 4.37717809568, 1e-9);
        Assert.True(RenyiAccountant.Epsilon(release, 1e-5) > 4.3771);
    }

    [Fact]
    public void Epsilon_BillionStepsOfLittleNoise_IsTheGaussianOfTheirSum()
    {
        double epsilon = PrivacyAccountant.Epsilon(Reference.Sampled(1e-3, 1, 1_000_000_000), 1e-5).Upper;
        // μ²/2 + μ·4.26 with μ = 3.2e7: Φ⁻¹(1 − 10⁻⁵) = 4.2649.
        Assert.Equal(1, epsilon / (5e14 + (Math.Sqrt(1e15) * 4.2649)), 1e-8);
    }

    [Theory]
    [InlineData(0.001, 0.5, 1000)]
    [InlineData(0.001, 0.01, 1000)]
    [InlineData(0.01, 0.5, 1_000_000)]
    public void Epsilon_AlmostNoiseless_IsNotFarBelowTheLossOfItsSamples(double z, double q, long steps) =>
        // About qT of the batches hold the record, and show it with a loss of about 1/2z² each.
        Assert.True(PrivacyAccountant.Epsilon(Reference.Sampled(z, q, steps), 1e-5).Upper > 0.9 * q * steps / (2 * z * z));

    [Fact]
    public void Epsilon_Concentrated_IsBracketedByTheGaussian()
    {
        PrivacyBracket bracket = PrivacyAccountant.Epsilon(new ConcentratedEvent(0.5, Reference.AddOrRemove), 1e-6);
        Assert.Equal(1, bracket.Lower / 4.886554117, 1e-9);
        Assert.Equal(1, bracket.Upper / 5.2215344445302, 1e-9);
        Assert.Equal("zCDP", bracket.UpperMethod);
    }

    [Fact]
    public void Epsilon_OneLaplaceRelease_IsItsOwn() =>
        Assert.True(PrivacyAccountant.Epsilon(new LaplaceEvent(2, Reference.AddOrRemove), 1e-5).Upper <= 0.5);

    [Fact]
    public void Epsilon_FailureMass_IsChargedWithItsFactor()
    {
        const double mass = 1e-9, delta = 1e-5;
        var exact = new DiscreteGaussianEvent(16, 4, 0, Reference.AddOrRemove);
        double epsilon = PrivacyAccountant.Epsilon(new RepeatedEvent(exact with { FailureMass = mass }, 10), delta).Upper;
        double without = PrivacyAccountant.Epsilon(new RepeatedEvent(exact, 10), delta).Upper;
        Assert.True(epsilon > without);
        // What holds exactly at δ less the price.
        double price = 10 * mass * (1 + Math.Exp(epsilon));
        Assert.Equal(1, epsilon / PrivacyAccountant.Epsilon(new RepeatedEvent(exact, 10), delta - price).Upper, 1e-6);
        Assert.Equal(
            PrivacyAccountant.Delta(new RepeatedEvent(exact, 10), 3).Upper + (10 * mass * (1 + Math.Exp(3))),
            PrivacyAccountant.Delta(new RepeatedEvent(exact with { FailureMass = mass }, 10), 3).Upper,
            1e-15);
        Assert.Equal(double.PositiveInfinity, PrivacyAccountant.Epsilon(exact with { FailureMass = 1e-4 }, delta).Upper);
    }

    [Fact]
    public void Epsilon_MoreReleases_NeverLess()
    {
        PrivacyEvent[] releases =
        [
            new GaussianEvent(3, Reference.AddOrRemove), new ConcentratedEvent(0.02, Reference.AddOrRemove),
            new LaplaceEvent(9, Reference.AddOrRemove), new ApproximateEvent(0.2, 1e-8, Reference.AddOrRemove),
            new EpochEvent(new GaussianEvent(5, Reference.AddOrRemove)), Reference.Sampled(2, 0.05, 40),
            new DiscreteGaussianEvent(30, 8, 1e-12, Reference.AddOrRemove),
        ];
        double last = 0;
        for (int count = 1; count <= releases.Length; count++)
        {
            PrivacyBracket bracket = PrivacyAccountant.Epsilon(new ComposedEvent(releases[..count]), 1e-5);
            Assert.InRange(bracket.Lower, 0, bracket.Upper);
            Assert.True(bracket.Upper >= last, $"{count}: {bracket}");
            last = bracket.Upper;
        }

        Assert.InRange(last, 1, 10);
    }

    [Fact]
    public void Bracket_MethodsThatContradict_BothAreNamed()
    {
        string message = Assert.Throws<InvalidOperationException>(() => PrivacyAccountant.Bracket(
            "ε", [new MethodAnswer("RDP", 0, 1.25), new MethodAnswer("PLD", 1.5, 2)])).Message;
        Assert.All(["RDP", "1.25", "PLD", "1.5"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Epsilon_KindThatNobodyKnows_IsRefusedByName()
    {
        Assert.Contains("Unheard", Refused(new Unheard()), StringComparison.Ordinal);
        Assert.Contains(
            "Unheard", Refused(new ComposedEvent(new GaussianEvent(1, Reference.AddOrRemove), new Unheard())), StringComparison.Ordinal);

        static string Refused(PrivacyEvent e) => Assert.Throws<ArgumentException>(() => PrivacyAccountant.Epsilon(e, 1e-5)).Message;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Epsilon_BadDelta_NamesTheRange(double delta) => Assert.Contains(
        "(0, 1)",
        Assert.Throws<ArgumentOutOfRangeException>(
            () => PrivacyAccountant.Epsilon(new GaussianEvent(1, Reference.AddOrRemove), delta)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(-1e-9)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Delta_BadEpsilon_IsRefused(double epsilon) => Assert.Throws<ArgumentOutOfRangeException>(
        () => PrivacyAccountant.Delta(new GaussianEvent(1, Reference.AddOrRemove), epsilon));

    private sealed record Unheard : PrivacyEvent
    {
        public override NeighbouringRelation Relation => NeighbouringRelation.AddOrRemoveOne;
    }
}
