// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Schedules;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Privacy.Schedules;

public sealed class ProgressScheduleTests
{
    private const NeighbouringRelation Relation = NeighbouringRelation.AddOrRemoveOne;

    [Fact]
    public void WorstCase_SmallPlan_IsTheSumByHand()
    {
        // Scores after rounds 2, 4, 6; the first is an improvement, each later one may disappoint: 4 4 | 4 4 | 2 2 | 1.
        var plan = new ProgressSchedule([4, 2, 1], roundCount: 7, scoreInterval: 2, scoreMultiplier: 10);
        Assert.Equal((4 / 16.0) + (2 / 4.0) + 1 + 0.03, Math.Pow(plan.WorstCaseMultiplier, -2), 1e-14);
        var patient = new ProgressSchedule([4, 2, 1], 7, 2, 10) { Patience = 2 };
        Assert.Equal((6 / 16.0) + (1 / 4.0) + 0.03, Math.Pow(patient.WorstCaseMultiplier, -2), 1e-14);
    }

    [Fact]
    public void Controller_AnyScores_StaysWithinTheWorstCase()
    {
        var random = new SimulationRandom(new SimulationSeed(12));
        double most = 0;
        for (int trial = 0; trial < 300; trial++)
        {
            var plan = new ProgressSchedule([5, 3, 2, 1.1], 2 + random.NextBelow(40), 1 + random.NextBelow(4), 8)
            {
                Patience = 1 + random.NextBelow(3),
                LeastImprovement = 0.1 * random.NextUniform(),
            };
            var controller = new ProgressController(plan, Relation);
            double drift = trial % 3 == 0 ? -1 : random.NextUniform();
            for (int t = 0; t < plan.RoundCount; t++)
            {
                GaussianEvent release = controller.NextRound();
                Assert.Contains(release.NoiseMultiplier, plan.Levels);
                if (plan.IsScored(t))
                {
                    controller.Observe(new ValidationScore((drift * t) + random.NextNormal(), new GaussianEvent(8, Relation)));
                }
            }

            double share = controller.Filter.Spent * Math.Pow(plan.WorstCaseMultiplier, 2);
            Assert.InRange(share, 0, 1 + 1e-12);
            most = Math.Max(most, share);
            Assert.Throws<ProtocolException>(controller.NextRound);
        }

        // The worst case happens: it is not a bound for its own sake.
        Assert.InRange(most, 1 - 1e-12, 1 + 1e-12);
    }

    [Fact]
    public void CalibratedTo_Budget_WorstCaseSpendsIt()
    {
        ProgressSchedule plan = new ProgressSchedule([4, 2, 1], 50, 5, 10) { Patience = 2, LeastImprovement = 0.01 }.CalibratedTo(3, 1e-5);
        double epsilon = PrivacyAccountant.Epsilon(plan.WorstCase(Relation), 1e-5).Upper;
        Assert.InRange(epsilon, 3 * (1 - 1e-9), 3);
        Assert.Equal((2, 0.01, 4), (plan.Patience, plan.LeastImprovement, Math.Round(plan.Levels[0] / plan.Levels[2], 12)));
    }

    [Fact]
    public void Controller_ScoreOutOfTurnOrTooClear_IsRefused()
    {
        var controller = new ProgressController(new ProgressSchedule([4, 2], 3, 1, 10), Relation);
        var score = new ValidationScore(0.5, new GaussianEvent(10, Relation));
        Assert.Throws<ProtocolException>(() => controller.Observe(score));
        controller.NextRound();
        Assert.Throws<ProtocolException>(controller.NextRound);
        Assert.Throws<ProtocolException>(() => controller.Observe(score with { Event = new GaussianEvent(9, Relation) }));
        Assert.Throws<ProtocolException>(() => controller.Observe(score with { Event = new GaussianEvent(10, NeighbouringRelation.ReplaceOne) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => controller.Observe(score with { Score = double.NaN }));
        controller.Observe(score);
        Assert.Equal(2, controller.Filter.Count);
    }

    [Fact]
    public void Plan_BadInput_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProgressSchedule([], 3, 1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProgressSchedule([2, 4], 3, 1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProgressSchedule([2, double.NaN], 3, 1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProgressSchedule([2], 3, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProgressSchedule([2], 3, 1, 1) { Patience = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProgressSchedule([2], 3, 1, 1) { LeastImprovement = -0.1 });
    }

    [Fact]
    public void Score_ManyReleases_HasTheNoiseThatItsEventSays()
    {
        using var key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        double squares = 0;
        for (uint t = 0; t < 4000; t++)
        {
            ValidationScore score = ValidationScore.Release(70, 100, 6, Relation, key, t);
            Assert.Equal(new GaussianEvent(6, Relation), score.Event);
            squares += Math.Pow(score.Score - 0.7, 2);
        }

        Assert.InRange(squares / 4000 / 0.0036, 1 - (6 * Math.Sqrt(2.0 / 4000)), 1 + (6 * Math.Sqrt(2.0 / 4000)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ValidationScore.Release(101, 100, 6, Relation, key, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ValidationScore.Release(0, 0, 6, Relation, key, 0));
    }

    [Fact]
    public void Filter_ExactlyTheBudget_PassesAndThenStops()
    {
        // 100 releases at 5 are one at 0.5: the sum of 100 · 0.04 must not fail by a rounding.
        var filter = new GaussianFilter(0.5, Relation);
        for (int t = 0; t < 100; t++)
        {
            filter.Spend(5);
        }

        string message = Assert.Throws<PrivacyBudgetException>(() => filter.Spend(5)).Message;
        Assert.Contains("is left", message, StringComparison.Ordinal);
        Assert.Equal(100, filter.Count);
        Assert.False(filter.Allows(1000));
        Assert.Equal(1, PrivacyAccountant.Epsilon(filter.Budget, 1e-5).Upper / 9.99725614643, 1e-9);
    }

    [Fact]
    public void Filter_ChosenByLooking_NeverExceedsTheBudget()
    {
        var random = new SimulationRandom(new SimulationSeed(13));
        for (int trial = 0; trial < 50; trial++)
        {
            GaussianFilter filter = GaussianFilter.For(2, 1e-5, Relation);
            double spent = 0;
            for (int t = 0; t < 500; t++)
            {
                double z = Math.Exp(1.5 + random.NextNormal());
                if (filter.Allows(z))
                {
                    spent += 1 / (z * z);
                    filter.Spend(z);
                }
                else
                {
                    Assert.True(z < filter.LeastMultiplier);
                }
            }

            Assert.InRange(AnalyticGaussian.Epsilon(1 / Math.Sqrt(spent), 1e-5), 0, 2);
            Assert.InRange(PrivacyAccountant.Epsilon(filter.Budget, 1e-5).Upper, 2 * (1 - 1e-9), 2);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void Filter_BadInput_IsRefused(double bad)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianFilter(bad, Relation));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianFilter(1, Relation).Spend(bad));
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussianFilter.For(bad, 1e-5, Relation));
    }
}
