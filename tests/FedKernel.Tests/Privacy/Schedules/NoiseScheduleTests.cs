// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Schedules;
using Xunit;

namespace FedKernel.Tests.Privacy.Schedules;

/// <summary>Known answers: (1, 1.25, 1.5, 2) evaluated with mpmath from Balle and Wang's formula at (Σ z⁻²)^(−1/2).</summary>
public sealed class NoiseScheduleTests
{
    private const NeighbouringRelation Relation = NeighbouringRelation.AddOrRemoveOne;

    [Fact]
    public void Event_FourRounds_IsTheKnownEpsilon()
    {
        var schedule = NoiseSchedule.Of([1, 1.25, 1.5, 2]);
        Assert.Equal(0.654497856432, schedule.EffectiveMultiplier, 1e-11);
        Assert.Equal(1, PrivacyAccountant.Epsilon(schedule.Event(Relation), 1e-5).Upper / 7.20867389790, 1e-9);
    }

    [Fact]
    public void Factories_EveryShape_IsItsFormula()
    {
        Assert.Equal([2, 2, 2], NoiseSchedule.Constant(2, 3).NoiseMultipliers);
        Assert.Equal([8, 8, 4, 4, 2], NoiseSchedule.Step(8, 0.5, 2, 5).NoiseMultipliers);
        Assert.Equal([3, 2.5, 2, 1.5, 1], NoiseSchedule.Linear(3, 1, 5).NoiseMultipliers);
        Assert.Equal([3.0], NoiseSchedule.Linear(3, 1, 1).NoiseMultipliers);
        Assert.Equal(4 * Math.Exp(-0.3), NoiseSchedule.Exponential(4, 0.1, 4).NoiseMultipliers[3], 1e-14);
    }

    [Fact]
    public void Event_EqualRounds_AreOneEventRepeated()
    {
        Assert.Equal(new RepeatedEvent(new GaussianEvent(5, Relation), 100), NoiseSchedule.Constant(5, 100).Event(Relation));
        Assert.Equal(
            new ComposedEvent(
                new RepeatedEvent(new PoissonSampledEvent(0.1, new GaussianEvent(4, Relation)), 2),
                new PoissonSampledEvent(0.1, new GaussianEvent(2, Relation))),
            NoiseSchedule.Step(4, 0.5, 2, 3).Event(Relation, 0.1));
        // Exact composition of Gaussians: q = 1, σ = 5, T = 100, δ = 1e-5 from the accountant's table.
        Assert.Equal(1, PrivacyAccountant.Epsilon(NoiseSchedule.Constant(5, 100).Event(Relation), 1e-5).Upper / 9.99725614643, 1e-9);
    }

    [Fact]
    public void EffectiveMultiplier_MillionRounds_DoesNotDrift() =>
        Assert.Equal(1, NoiseSchedule.Constant(1000.1, 1_000_000).EffectiveMultiplier / 1.0001, 1e-15);

    [Theory]
    [InlineData(1, 1e-5)]
    [InlineData(8, 1e-6)]
    public void CalibratedTo_EveryShape_SpendsTheBudgetAndNotMore(double epsilon, double delta)
    {
        foreach (NoiseSchedule shape in new[]
        {
            NoiseSchedule.Constant(1, 30), NoiseSchedule.Step(2, 0.7, 7, 30), NoiseSchedule.Exponential(3, 0.05, 30),
            NoiseSchedule.Linear(4, 1, 30),
        })
        {
            NoiseSchedule calibrated = shape.CalibratedTo(epsilon, delta);
            double spent = PrivacyAccountant.Epsilon(calibrated.Event(Relation), delta).Upper;
            Assert.InRange(spent, epsilon * (1 - 1e-9), epsilon * (1 + 1e-12));
            // The shape stays.
            Assert.Equal(
                shape.NoiseMultipliers[29] / shape.NoiseMultipliers[0],
                calibrated.NoiseMultipliers[29] / calibrated.NoiseMultipliers[0],
                1e-12);
        }
    }

    [Fact]
    public void LeastScale_AnyAccountant_IsFoundFromAbove()
    {
        foreach (double threshold in new[] { 0.01, 0.3, 1, 5.5 })
        {
            double scale = NoiseSchedule.LeastScale(s => s >= threshold);
            Assert.InRange(scale, threshold, threshold * 1.0002);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.LeastScale(_ => false));
    }

    [Fact]
    public void Schedule_BadInput_IsRefused()
    {
        foreach (double bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.Constant(bad, 3));
            Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.Linear(1, bad, 3));
            Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.Constant(1, 3).CalibratedTo(bad, 1e-5));
            Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.Constant(1, 3).Event(Relation, bad));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.Of([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.Constant(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.Step(1, 0.5, 0, 3));
        // Noise that decays to nothing is no noise.
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.Exponential(1, 1, 100));
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.Constant(1, 3).CalibratedTo(1, 1));
    }
}
