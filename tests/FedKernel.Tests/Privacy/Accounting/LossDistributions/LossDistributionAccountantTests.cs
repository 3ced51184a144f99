// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Accounting.LossDistributions;
using Xunit;

namespace FedKernel.Tests.Privacy.Accounting.LossDistributions;

/// <summary>Against sums and integrals that are computed here, and the laws that any accountant must obey.</summary>
public sealed class LossDistributionAccountantTests
{
    private const NeighbouringRelation AddOrRemove = NeighbouringRelation.AddOrRemoveOne;
    private const NeighbouringRelation Replace = NeighbouringRelation.ReplaceOne;

    /// <summary>The same loss T times, not merged to one Gaussian: its composition is known exactly.</summary>
    [Theory]
    [InlineData(1, 10, 1e-5)]
    [InlineData(5, 100, 1e-5)]
    [InlineData(20, 1_000, 1e-12)]
    [InlineData(0.5, 1_000, 1e-3)]
    [InlineData(300, 100_000, 1e-9)]
    [InlineData(2_000, 1_000_000, 1e-6)]
    [InlineData(2_000, 1_000_000, 1e-12)]
    public void Answer_GaussianComposedByFft_BracketsTheExactEpsilon(double noiseMultiplier, long steps, double delta)
    {
        (double lower, double upper) = LossSearch.Answer(
            [new LossPart(new SampledGaussianLoss(noiseMultiplier, 1, false), steps)], new EpsilonQuestion(delta), 0);
        double exact = AnalyticGaussian.Epsilon(noiseMultiplier / Math.Sqrt(steps), delta);
        Assert.InRange(exact, lower, upper);
        Assert.True(upper - lower <= 2e-3 * upper, $"[{lower}, {upper}]");
    }

    [Theory]
    [InlineData(0.5, 1e-3, 1, 0.3, AddOrRemove)]
    [InlineData(0.5, 1e-3, 2, 1, AddOrRemove)]
    [InlineData(2, 0.3, 2, 0.2, AddOrRemove)]
    [InlineData(1, 0.01, 2, 0.05, AddOrRemove)]
    [InlineData(0.3, 1e-5, 2, 2, AddOrRemove)]
    [InlineData(8, 1e-3, 2, 2e-4, AddOrRemove)]
    [InlineData(1, 0.9, 2, 3, AddOrRemove)]
    [InlineData(0.5, 1e-3, 1, 0.3, Replace)]
    [InlineData(1, 0.2, 2, 1, Replace)]
    [InlineData(0.4, 0.5, 2, 4, Replace)]
    public void Delta_OneAndTwoSampledReleases_BracketTheIntegral(
        double noiseMultiplier, double q, int steps, double epsilon, NeighbouringRelation relation)
    {
        PrivacyBracket bracket = LossDistributionAccountant.Delta(Steps(noiseMultiplier, q, steps, relation), epsilon);
        double exact = Math.Max(Integral(noiseMultiplier, q, steps, epsilon, relation, 1), Integral(noiseMultiplier, q, steps, epsilon, relation, -1));
        Assert.InRange(exact, bracket.Lower * (1 - 1e-9), bracket.Upper * (1 + 1e-9));
        Assert.True(bracket.Upper - bracket.Lower <= 2e-2 * bracket.Upper, $"{bracket}");
    }

    [Fact]
    public void Epsilon_MoreReleasesThanCounted_NamesTheCount()
    {
        var laplace = new LaplaceEvent(1, AddOrRemove);
        PrivacyEvent nested = new RepeatedEvent(new RepeatedEvent(laplace, 1L << 40), 1L << 40);
        PrivacyEvent composed = new ComposedEvent(new RepeatedEvent(laplace, long.MaxValue), laplace);
        foreach ((PrivacyEvent history, string count) in new[] { (nested, "1208925819614629174706176"), (composed, "9223372036854775808") })
        {
            Assert.Contains(
                count,
                Assert.Throws<ArgumentOutOfRangeException>(() => LossDistributionAccountant.Epsilon(history, 1e-5)).Message,
                StringComparison.Ordinal);
        }
    }

    /// <summary>Kairouz, Oh, Viswanath 2015, theorem 3.3: the optimal composition of k releases of (ε₀, δ₀).</summary>
    [Theory]
    [InlineData(0.1, 1e-8, 100, 1e-5)]
    [InlineData(1, 0, 20, 1e-6)]
    [InlineData(0.01, 1e-9, 1000, 1e-4)]
    public void Epsilon_ApproximateEvents_ComposeOptimally(double epsilon, double delta, int count, double target)
    {
        PrivacyBracket bracket = LossDistributionAccountant.Epsilon(
            new RepeatedEvent(new ApproximateEvent(epsilon, delta, AddOrRemove), count), target);
        Assert.Equal(0, bracket.Lower);
        Assert.True(OptimalDelta(bracket.Upper) <= target * (1 + 1e-9), $"{bracket}: {OptimalDelta(bracket.Upper)}");
        Assert.True(OptimalDelta(0.999 * bracket.Upper) > target, $"{bracket} is loose");

        double OptimalDelta(double at)
        {
            double sum = 0, logChoose = 0;
            for (int i = 0; i <= count; i++)
            {
                // i answers were false.
                double loss = (count - (2 * i)) * epsilon;
                double mass = Math.Exp(logChoose + ((count - i) * epsilon) - (count * Math.Log(1 + Math.Exp(epsilon))));
                sum += loss > at ? mass * (1 - Math.Exp(at - loss)) : 0;
                logChoose += Math.Log((double)(count - i) / (i + 1));
            }

            double shown = -Math.Exp(count * Math.Log(1 - delta)) + 1;
            return shown + ((1 - shown) * sum);
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 0.3)]
    [InlineData(10, 2, 0.1)]
    public void Delta_DiscreteGaussianOfOneStep_BracketsTheSum(double sigma, int steps, double epsilon)
    {
        int reach = (int)(12 * sigma) + 1;
        double[] weights = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(k => Math.Exp(-0.5 * k * k / (sigma * sigma)))];
        double normal = weights.Sum();
        double exact = Sum(steps, epsilon);
        PrivacyBracket bracket = LossDistributionAccountant.Delta(
            new RepeatedEvent(new DiscreteGaussianEvent(sigma, 1, 0, AddOrRemove), steps), epsilon);
        Assert.InRange(exact, bracket.Lower, bracket.Upper);
        Assert.True(bracket.Upper - bracket.Lower < 1e-5 * bracket.Upper, $"{bracket}");

        double Sum(int left, double at)
        {
            double sum = 0;
            for (int k = -reach; k <= reach; k++)
            {
                double loss = (1 + (2.0 * k)) / (2 * sigma * sigma);
                sum += weights[k + reach] / normal * (left == 1 ? Math.Max(0, 1 - Math.Exp(at - loss)) : Sum(left - 1, at - loss));
            }

            return sum;
        }
    }

    [Fact]
    public void Epsilon_DiscreteGaussianOfAVector_HasOnlyALowerBound()
    {
        PrivacyBracket bracket = LossDistributionAccountant.Epsilon(
            new RepeatedEvent(new DiscreteGaussianEvent(100, 50.5, 0, AddOrRemove), 10), 1e-5);
        Assert.Equal(double.PositiveInfinity, bracket.Upper);
        Assert.StartsWith("none", bracket.UpperMethod, StringComparison.Ordinal);

        // Near the continuous mechanism with the sensitivity that is left: 50.
        Assert.InRange(bracket.Lower, 0.998 * AnalyticGaussian.Epsilon(2 / Math.Sqrt(10), 1e-5), 1.001 * AnalyticGaussian.Epsilon(2 / Math.Sqrt(10), 1e-5));
        PrivacyBracket nothing = LossDistributionAccountant.Epsilon(new DiscreteGaussianEvent(1, 0.5, 0, AddOrRemove), 1e-5);
        Assert.Equal((0, 0), (nothing.Lower, nothing.Upper));
    }

    [Fact]
    public void Epsilon_FailureMass_WidensBothEnds()
    {
        static PrivacyBracket At(double failure) => LossDistributionAccountant.Epsilon(
            new RepeatedEvent(new DiscreteGaussianEvent(2, 1, failure, AddOrRemove), 10), 1e-5);
        PrivacyBracket ideal = At(0), small = At(1e-22), large = At(1e-10), hopeless = At(1e-3);
        Assert.InRange(small.Upper, ideal.Upper, 1.00001 * ideal.Upper);
        Assert.InRange(large.Upper, ideal.Upper, 1.2 * ideal.Upper);
        Assert.InRange(large.Lower, 0.8 * ideal.Lower, ideal.Lower);
        Assert.Equal(double.PositiveInfinity, hopeless.Upper);
    }

    [Fact]
    public void Epsilon_MoreStepsLessNoiseMoreSampling_CostsMore()
    {
        static PrivacyBracket At(double z, double q, long t) => LossDistributionAccountant.Epsilon(Steps(z, q, t, AddOrRemove), 1e-6);
        PrivacyBracket middle = At(1, 0.02, 500);
        foreach (PrivacyBracket more in (PrivacyBracket[])[At(1, 0.02, 510), At(0.99, 0.02, 500), At(1, 0.0205, 500)])
        {
            Assert.True(more.Lower > middle.Upper, $"{more} after {middle}");
        }
    }

    [Theory]
    [InlineData(0.1, 0.5, 1_000_000, 1e-7)]
    [InlineData(0.3, 1e-5, 1_000_000, 1e-10)]
    [InlineData(20, 1e-5, 1, 1e-10)]
    [InlineData(20, 1, 1_000_000, 1e-10)]
    [InlineData(1, 0.01, 1_000, 1e-100)]
    [InlineData(0.6644, 1.547e-5, 105_728, 1.74e-10)]
    [InlineData(1, 1, 1_000_000, 1e-12)]
    public void Epsilon_EdgesOfTheRanges_AreBracketedWithinThreePercent(double z, double q, long steps, double delta)
    {
        PrivacyBracket bracket = LossDistributionAccountant.Epsilon(Steps(z, q, steps, AddOrRemove), delta);
        Assert.True(bracket.Lower > 0 && bracket.Upper - bracket.Lower <= 0.03 * bracket.Upper, $"{bracket}");
    }

    [Fact]
    public void Epsilon_LossesBeyondAnyGrid_HaveNoUpperBound()
    {
        PrivacyBracket bracket = LossDistributionAccountant.Epsilon(Steps(0.001, 1, 1_000_000, AddOrRemove), 1e-5);
        Assert.Equal((0, double.PositiveInfinity), (bracket.Lower, bracket.Upper));
    }

    [Fact]
    public void Epsilon_LooseDelta_IsZero()
    {
        PrivacyBracket bracket = LossDistributionAccountant.Epsilon(Steps(20, 1e-5, 1000, AddOrRemove), 1e-3);
        Assert.Equal((0, 0), (bracket.Lower, bracket.Upper));
    }

    [Fact]
    public void Epsilon_DeltaOfTheAnswer_ComesBack()
    {
        PrivacyEvent history = Steps(1, 0.01, 1000, AddOrRemove);
        double epsilon = LossDistributionAccountant.Epsilon(history, 1e-5).Upper;
        PrivacyBracket delta = LossDistributionAccountant.Delta(history, epsilon);
        Assert.InRange(1e-5, delta.Lower, delta.Upper * 1.003);
    }

    [Fact]
    public void Epsilon_EventsWithoutLoss_AreRefused()
    {
        PrivacyEvent[] unknown =
        [
            new ConcentratedEvent(0.1, AddOrRemove),
            new FixedSizeSampledEvent(10, 100, new GaussianEvent(1, Replace)),
            new PoissonSampledEvent(0.1, new ApproximateEvent(1, 0, AddOrRemove)),
            new PoissonSampledEvent(0.1, new LaplaceEvent(1, Replace)),
            new ComposedEvent(new GaussianEvent(1, AddOrRemove), new ConcentratedEvent(0.1, AddOrRemove)),
        ];
        foreach (PrivacyEvent e in unknown)
        {
            Assert.False(LossDistributionAccountant.Knows(e));
            Assert.Throws<ArgumentException>(() => LossDistributionAccountant.Epsilon(e, 1e-5));
        }
    }

    [Theory]
    [InlineData(1, 0.1, 1, 0)]
    [InlineData(1, 0.1, 1, 1)]
    [InlineData(1, 0.1, 1, double.NaN)]
    [InlineData(0, 0.1, 1, 1e-5)]
    [InlineData(double.NaN, 0.1, 1, 1e-5)]
    [InlineData(double.PositiveInfinity, 1, 1, 1e-5)]
    [InlineData(1, 0, 1, 1e-5)]
    [InlineData(1, double.NaN, 1, 1e-5)]
    [InlineData(1, 1.5, 1, 1e-5)]
    [InlineData(1, 0.1, 0, 1e-5)]
    public void Epsilon_OutOfRange_IsRefused(double z, double q, long steps, double delta) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LossDistributionAccountant.Epsilon(
            new RepeatedEvent(new PoissonSampledEvent(q, new GaussianEvent(z, AddOrRemove)), steps), delta));

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Delta_OutOfRange_IsRefused(double epsilon) => Assert.Throws<ArgumentOutOfRangeException>(
        () => LossDistributionAccountant.Delta(new GaussianEvent(1, AddOrRemove), epsilon));

    private static RepeatedEvent Steps(double noiseMultiplier, double q, long steps, NeighbouringRelation relation) =>
        new(new PoissonSampledEvent(q, new GaussianEvent(noiseMultiplier, relation)), steps);

    /// <summary>δ by definition: of one release by bisection and Φ, of two as Simpson's sum of that of one.</summary>
    private static double Integral(double z, double q, int steps, double epsilon, NeighbouringRelation relation, int direction)
    {
        double shift = 1 / z;
        bool replace = relation == Replace;
        (double Weight, double Mean)[] with = [(1 - q, 0), (q, replace ? 0.5 * shift : shift)];
        (double Weight, double Mean)[] without = replace ? [(1 - q, 0), (q, -0.5 * shift)] : [(1, 0)];
        (var p, var r) = direction > 0 ? (with, without) : (without, with);
        return steps == 1 ? One(epsilon) : Two();

        double Density((double Weight, double Mean)[] law, double x) =>
            law.Sum(n => n.Weight * Math.Exp(-0.5 * (x - n.Mean) * (x - n.Mean))) / Math.Sqrt(2 * Math.PI);

        double Loss(double x) => Math.Log(Density(p, x) / Density(r, x));

        // Where P is likelier than e^at · Q: above a point of the line for one direction, below it for the other.
        double One(double at)
        {
            double low = -30, high = 30;
            for (int i = 0; i < 100; i++)
            {
                double middle = 0.5 * (low + high);
                (low, high) = (Loss(middle) > at) == (direction > 0) ? (low, middle) : (middle, high);
            }

            double Mass((double Weight, double Mean)[] law) =>
                law.Sum(n => n.Weight * Math.Exp(NormalDistribution.LogCdf(direction > 0 ? n.Mean - low : low - n.Mean)));
            return Math.Max(0, Mass(p) - (Math.Exp(at) * Mass(r)));
        }

        double Two()
        {
            const int Intervals = 8000;
            double sum = 0, step = (24 + shift) / Intervals;
            for (int i = 0; i <= Intervals; i++)
            {
                double x = -12 + (i * step);
                double weight = i == 0 || i == Intervals ? 1 : (i & 1) == 1 ? 4 : 2;
                sum += weight * Density(p, x) * One(epsilon - Loss(x));
            }

            return sum * step / 3;
        }
    }
}
