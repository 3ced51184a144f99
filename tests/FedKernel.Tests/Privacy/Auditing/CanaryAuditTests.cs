// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Auditing;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Privacy.Auditing;

public sealed class CanaryAuditTests
{
    [Fact]
    public void AreaUnderRocHull_PeersScores_IsThePeers() =>
        // google-deepmind/jax_privacy tests/auditing_test.py: attackers may randomize between two thresholds.
        Assert.Equal(13.0 / 16, new CanaryScores([0, 4, 6, 7], [1, 2, 3, 5]).AreaUnderRocHull(), 1e-15);

    [Fact]
    public void AreaUnderRocHull_Extremes_AreOneAndOneHalf()
    {
        Assert.Equal(1, new CanaryScores([2, 3], [0, 1]).AreaUnderRocHull());
        Assert.Equal(0.5, new CanaryScores([1, 1], [1, 1]).AreaUnderRocHull());
    }

    [Fact]
    public void At_Threshold_CountsTheEqualAsIn() =>
        Assert.Equal(new ConfusionMatrix(2, 1, 1, 2), new CanaryScores([1, 2, 3], [0, 1, 2]).At(2));

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.24, 0.5)]
    [InlineData(0.25, 0.75)]
    [InlineData(1, 1)]
    public void TruePositiveRateAt_Rates_NeverUseMoreFalsePositives(double rate, double expected) =>
        Assert.Equal(expected, new CanaryScores([0, 4, 6, 7], [1, 2, 3, 5]).TruePositiveRateAt(rate));

    [Fact]
    public void Bound_AllScoresEqual_ProvesNothing()
    {
        var scores = new CanaryScores(new double[100], new double[100]);
        foreach (AuditMethod method in Enum.GetValues<AuditMethod>())
        {
            Assert.Equal(0, CanaryAudit.Bound(scores, method, 0.05, 1e-6, ThresholdChoice.RankGrid).Epsilon);
            Assert.Equal(0, CanaryAudit.Bound(scores, method, 0.05, 1e-6, ThresholdChoice.Split(1)).Epsilon);
        }
    }

    [Fact]
    public void Bound_FixedThreshold_IsTheBoundOfItsCounts()
    {
        CanaryScores scores = OneRunAuditTests.Quantiles(1, 1000);
        ConfusionMatrix counts = scores.At(1.5);
        long guesses = counts.TruePositives + counts.FalsePositives;
        ThresholdChoice choice = ThresholdChoice.At(1.5);
        Assert.Equal(
            OneRunAudit.Epsilon(2000, guesses, counts.TruePositives, 0.05, 1e-5),
            CanaryAudit.Bound(scores, AuditMethod.OneRun, 0.05, 1e-5, choice).Epsilon,
            1e-9);
        Assert.Equal(
            OneRunTradeOffAudit.Epsilon(2000, guesses, counts.TruePositives, 0.05, 1e-5),
            CanaryAudit.Bound(scores, AuditMethod.OneRunTradeOff, 0.05, 1e-5, choice).Epsilon,
            1e-9);
        Assert.Equal(
            EpsilonLowerBound.ClopperPearson(counts, 0.05, 1e-5),
            CanaryAudit.Bound(scores, AuditMethod.ClopperPearson, 0.05, 1e-5, choice).Epsilon);
    }

    /// <summary>
    /// At α = 0.2, δ = 0.01 a valid bound is above the truth in at most a fifth of the draws: 80 of 400, and 112 at four standard
    /// deviations. Fixed seeds: it cannot flake.
    /// </summary>
    [Theory]
    [InlineData(AuditMethod.OneRun)]
    [InlineData(AuditMethod.OneRunTradeOff)]
    [InlineData(AuditMethod.ClopperPearson)]
    [InlineData(AuditMethod.GaussianTradeOff)]
    public void Bound_ManyDraws_IsTooHighNoMoreThanAlphaAllows(AuditMethod method)
    {
        double truth = AnalyticGaussian.Epsilon(1, 0.01);
        int grid = 0, split = 0;
        for (int draw = 0; draw < 400; draw++)
        {
            CanaryScores scores = Draw(draw, 300);
            grid += CanaryAudit.Bound(scores, method, 0.2, 0.01, ThresholdChoice.RankGrid).Epsilon > truth ? 1 : 0;
            split += CanaryAudit.Bound(scores, method, 0.2, 0.01, ThresholdChoice.Split((ulong)draw)).Epsilon > truth ? 1 : 0;
        }

        Assert.InRange(grid, 0, 112);
        Assert.InRange(split, 0, 112);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(4)]
    public void AccountedTradeOff_OfAGaussian_IsItsCurveFromOutside(double noiseMultiplier)
    {
        var curve = new AccountedTradeOff(new GaussianEvent(noiseMultiplier, NeighbouringRelation.AddOrRemoveOne));
        foreach (double rate in new[] { 1e-5, 1e-3, 0.05, 0.3, 0.5, 0.9 })
        {
            double exact = StandardNormal.Cdf(StandardNormal.Quantile(rate) + (1 / noiseMultiplier));
            double accounted = curve.GreatestTruePositiveRate(rate);
            Assert.InRange(accounted / exact, 1 - 1e-9, 1.02);
            Assert.Equal(1, curve.LeastFalsePositiveRate(accounted) / rate, 1e-6);
        }
    }

    [Fact]
    public void Refutes_ManyDraws_IsWrongNoMoreThanAlphaAllowsAndRightAboutHalfTheNoise()
    {
        var right = new AccountedTradeOff(new GaussianEvent(1, NeighbouringRelation.AddOrRemoveOne));
        var twice = new AccountedTradeOff(new GaussianEvent(2, NeighbouringRelation.AddOrRemoveOne));
        int wrong = 0, found = 0;
        for (int draw = 0; draw < 200; draw++)
        {
            CanaryScores scores = Draw(draw, 800);
            wrong += CanaryAudit.Refutes(scores, right, 0.2, canariesApart: true) ? 1 : 0;
            found += CanaryAudit.Refutes(scores, twice, 0.2, canariesApart: true) ? 1 : 0;
        }

        // 40 of 200, and 63 at four standard deviations.
        Assert.InRange(wrong, 0, 63);
        Assert.InRange(found, 150, 200);
    }

    [Fact]
    public void Scores_EmptyNaNOrUneven_AreRefused()
    {
        Assert.Contains("got none", Assert.Throws<ArgumentException>(() => new CanaryScores([], [1])).Message, StringComparison.Ordinal);
        Assert.Contains("Score 1 is NaN", Assert.Throws<ArgumentException>(
            () => new CanaryScores([1], [1, double.NaN])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CanaryScores.Join([1, 2], [true]));
        // All coins fell on one side.
        Assert.Throws<ArgumentException>(() => CanaryScores.Join([1, 2], [true, true]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ThresholdChoice.At(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => ThresholdChoice.Split(1, 0.95));
        Assert.Throws<ArgumentException>(() => CanaryAudit.Bound(
            new CanaryScores([1], [0]), AuditMethod.OneRun, 0.05, 0, ThresholdChoice.Split(1)));
    }

    [Theory]
    [InlineData(AuditMethod.OneRun, 0.05, 1.0)]
    [InlineData(AuditMethod.OneRunTradeOff, 0.05, 0.0)]
    [InlineData(AuditMethod.GaussianTradeOff, 0.05, 0.0)]
    [InlineData(AuditMethod.ClopperPearson, 0.6, 0.1)]
    [InlineData((AuditMethod)9, 0.05, 0.1)]
    public void Bound_OutOfRange_IsRefused(AuditMethod method, double alpha, double delta) => Assert.Throws<ArgumentOutOfRangeException>(
        () => CanaryAudit.Bound(new CanaryScores([1, 2], [0, 1]), method, alpha, delta, ThresholdChoice.RankGrid));

    /// <summary>Scores of a Gaussian mechanism with noise multiplier 1.</summary>
    private static CanaryScores Draw(int seed, int count)
    {
        var random = new SimulationRandom(new SimulationSeed((ulong)seed));
        var coins = new bool[count];
        var scores = new double[count];
        for (int i = 0; i < count; i++)
        {
            coins[i] = random.NextWord() >> 31 == 1;
            scores[i] = random.NextNormal() + (coins[i] ? 1 : 0);
        }

        return CanaryScores.Join(scores, coins);
    }
}
