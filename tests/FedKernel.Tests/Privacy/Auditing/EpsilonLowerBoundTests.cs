// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Auditing;
using Xunit;

namespace FedKernel.Tests.Privacy.Auditing;

/// <summary>
/// Known answers: tensorflow/privacy epsilon_lower_bound_test.py:49-158, whose estimators' values are those of ci.prat of the R package
/// asbio, and whose Clopper–Pearson value is from arXiv 2006.07709.
/// </summary>
public sealed class EpsilonLowerBoundTests
{
    [Theory]
    [InlineData(473, 511, 755, 950, 1.01166194, 1.01189079, 1.01148934, 1.01167669)]
    [InlineData(2, 697, 213, 313, 0.00220470, 0.00310880, 0.00162322, 0.00233503)]
    [InlineData(1000, 10, 10, 10000, 589.27335593, 568.32659563, 613.58766147, 592.63264572)]
    [InlineData(0, 511, 755, 950, 0, 0.00021568, 0, 0)]
    [InlineData(2, 697, 0, 313, 0.13325535, 0.17571862, 0.18481008, 0.08081083)]
    [InlineData(0, 10, 0, 10000, 0, 0, 0, 0)]
    [InlineData(473, 0, 755, 950, 2.15959024, 2.15883995, 2.15787013, 2.15959827)]
    [InlineData(2, 697, 213, 0, 0.00089568, 0.00126522, 0.00066016, 0.00094821)]
    [InlineData(1000, 0, 10, 0, 0.93375356, 0.93686007, 0.93591485, 0.93381958)]
    public void RatioLowerLimit_PublishedCounts_IsThePublishedValue(
        long tp, long fn, long fp, long tn, double katz, double adjusted, double bailey, double inverseSinh)
    {
        var counts = new ConfusionMatrix(tp, fn, fp, tn);
        Check(RatioEstimator.KatzLog, katz);
        Check(RatioEstimator.AdjustedLog, adjusted);
        Check(RatioEstimator.Bailey, bailey);
        Check(RatioEstimator.InverseSinh, inverseSinh);

        void Check(RatioEstimator estimator, double expected) =>
            Assert.Equal(expected, EpsilonLowerBound.RatioLowerLimit(estimator, counts, 0.05), 1e-8);
    }

    [Theory]
    [InlineData(RatioEstimator.KatzLog, 37.31696140)]
    [InlineData(RatioEstimator.AdjustedLog, 37.35421695)]
    [InlineData(RatioEstimator.Bailey, 108.47420518)]
    [InlineData(RatioEstimator.InverseSinh, 35.46128691)]
    public void RatioLowerLimit_NoFalsePositive_IsThePublishedValue(RatioEstimator estimator, double expected) =>
        Assert.Equal(expected, EpsilonLowerBound.RatioLowerLimit(estimator, new ConfusionMatrix(500, 0, 0, 500), 0.01), 1e-7);

    [Fact]
    public void ClopperPearson_PerfectAttack_IsThePublishedValue()
    {
        double bound = EpsilonLowerBound.ClopperPearson(new ConfusionMatrix(500, 0, 0, 500), 0.01);
        Assert.Equal(4.54, bound, 5e-3);
        // Closed form: both limits are 1 − (α/2)^(1/500).
        double limit = 1 - Math.Pow(0.005, 1.0 / 500);
        Assert.Equal(Math.Log((1 - limit) / limit), bound, 1e-9);
        Assert.Equal(Math.Log((1 - limit - 0.01) / limit), EpsilonLowerBound.ClopperPearson(new ConfusionMatrix(500, 0, 0, 500), 0.01, 0.01), 1e-9);
    }

    /// <summary>Upper limits by bisection of the exact binomial sum with 60 decimal digits.</summary>
    [Theory]
    [InlineData(0, 500, 0.005, 0.0105406881886758)]
    [InlineData(3, 20, 0.025, 0.3789268265453139)]
    [InlineData(19, 20, 0.05, 0.9974386212234697)]
    [InlineData(40, 1000, 0.01, 0.0568480694075394)]
    [InlineData(7, 5000, 1e-7, 0.0064066328580877)]
    public void ClopperPearsonUpper_AgainstSixtyDigits_Agrees(long k, long n, double alpha, double expected)
    {
        Assert.Equal(1, ClopperPearson.Upper(k, n, alpha) / expected, 1e-12);
        Assert.Equal(1 - expected, ClopperPearson.Lower(n - k, n, alpha), 1e-12);
    }

    [Fact]
    public void Bounds_OfGuessing_SayNothing()
    {
        var counts = new ConfusionMatrix(50, 50, 50, 50);
        Assert.Equal(0, EpsilonLowerBound.ClopperPearson(counts, 0.05));
        Assert.Equal(0, EpsilonLowerBound.GaussianTradeOff(counts, 0.05, 1e-5));
        Assert.All(Enum.GetValues<RatioEstimator>(), e => Assert.Equal(0, EpsilonLowerBound.Estimate(e, counts, 0.05)));
    }

    [Fact]
    public void Bounds_OfTheTurnedAttack_AreTheSame()
    {
        // Calling everything the other way round and swapping in with out is the same evidence.
        var counts = new ConfusionMatrix(90, 10, 40, 160);
        var turned = new ConfusionMatrix(160, 40, 10, 90);
        Assert.Equal(EpsilonLowerBound.ClopperPearson(counts, 0.05), EpsilonLowerBound.ClopperPearson(turned, 0.05));
        Assert.Equal(EpsilonLowerBound.GaussianMu(counts, 0.05), EpsilonLowerBound.GaussianMu(turned, 0.05), 1e-12);
        Assert.Equal(
            EpsilonLowerBound.Estimate(RatioEstimator.Bailey, counts, 0.05), EpsilonLowerBound.Estimate(RatioEstimator.Bailey, turned, 0.05));
    }

    [Fact]
    public void GaussianTradeOff_ManyCanaries_ApproachesTheTruth()
    {
        // The best threshold between N(0, 1) and N(1, 1) at a million canaries each.
        const long Million = 1_000_000;
        long right = (long)(Million * StandardNormal.Cdf(0.5));
        double bound = EpsilonLowerBound.GaussianTradeOff(new ConfusionMatrix(right, Million - right, Million - right, right), 0.05, 1e-6);
        double truth = AnalyticGaussian.Epsilon(1, 1e-6);
        Assert.InRange(bound, 0.99 * truth, truth);
    }

    [Fact]
    public void Estimate_WithDelta_IsBelowTheOneWithout()
    {
        var counts = new ConfusionMatrix(473, 511, 100, 950);
        foreach (RatioEstimator estimator in Enum.GetValues<RatioEstimator>())
        {
            double pure = EpsilonLowerBound.Estimate(estimator, counts, 0.05);
            double little = EpsilonLowerBound.Estimate(estimator, counts, 0.05, 1e-5);
            Assert.InRange(EpsilonLowerBound.Estimate(estimator, counts, 0.05, 0.1), 0.5, little);
            Assert.InRange(little, 0.5, pure);
        }
    }

    [Theory]
    [InlineData(-1, 1, 1, 1)]
    [InlineData(0, 0, 1, 1)]
    [InlineData(1, 1, 0, 0)]
    public void Bounds_ImpossibleCounts_AreRefused(long tp, long fn, long fp, long tn)
    {
        var counts = new ConfusionMatrix(tp, fn, fp, tn);
        Assert.Contains("at least 0", Assert.Throws<ArgumentException>(
            () => EpsilonLowerBound.ClopperPearson(counts, 0.05)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => EpsilonLowerBound.RatioLowerLimit(RatioEstimator.Bailey, counts, 0.05));
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(0.5, 0.1)]
    [InlineData(double.NaN, 0.1)]
    [InlineData(0.05, -0.1)]
    [InlineData(0.05, 1)]
    [InlineData(0.05, double.NaN)]
    public void Bounds_OutOfRange_AreRefused(double alpha, double delta)
    {
        var counts = new ConfusionMatrix(9, 1, 1, 9);
        Assert.Throws<ArgumentOutOfRangeException>(() => EpsilonLowerBound.ClopperPearson(counts, alpha, delta));
        Assert.Throws<ArgumentOutOfRangeException>(() => EpsilonLowerBound.GaussianTradeOff(counts, alpha, delta));
        Assert.Throws<ArgumentOutOfRangeException>(() => EpsilonLowerBound.Estimate(RatioEstimator.KatzLog, counts, alpha, delta));
    }
}
