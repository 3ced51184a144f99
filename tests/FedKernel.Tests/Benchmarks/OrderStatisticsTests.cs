// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Benchmarks.Timing;
using Xunit;

namespace FedKernel.Tests.Benchmarks;

public sealed class OrderStatisticsTests
{
    /// <summary>Ranks at 95% as tables of the sign test have them (W. J. Conover 1999, table A3; n = 30: 10th and 21st, 95.7%).</summary>
    [Theory]
    [InlineData(5, 0, 1)]
    [InlineData(6, 1, 0.9688)]
    [InlineData(8, 1, 0.9922)]
    [InlineData(9, 2, 0.9609)]
    [InlineData(10, 2, 0.9785)]
    [InlineData(15, 4, 0.9648)]
    [InlineData(20, 6, 0.9586)]
    [InlineData(25, 8, 0.9567)]
    [InlineData(30, 10, 0.9572)]
    [InlineData(50, 18, 0.9672)]
    public void Rank_At95Percent_IsThePublishedOne(int n, int rank, double coverage)
    {
        (int actual, double covered) = OrderStatistics.Rank(n, 0.05);
        Assert.Equal(rank, actual);
        Assert.Equal(coverage, covered, 1e-4);
    }

    [Fact]
    public void Median_ThirtyValues_IntervalFromTenthToTwentyFirst()
    {
        MedianInterval interval = OrderStatistics.Median(Enumerable.Range(1, 30).Select(i => (double)i).Reverse().Append(double.NaN));
        Assert.Equal((15.5, 10, 21), (interval.Median, interval.Low, interval.High));
    }

    [Fact]
    public void Median_TooFewValues_HasNoInterval()
    {
        MedianInterval interval = OrderStatistics.Median([3, 1, 2]);
        Assert.Equal((2, double.NegativeInfinity, double.PositiveInfinity), (interval.Median, interval.Low, interval.High));
        Assert.True(double.IsNaN(OrderStatistics.Median([]).Median));
    }

    /// <summary>P(Binomial(10, ½) ≥ 9) = 11/1024, ≥ 0 = 1.</summary>
    [Theory]
    [InlineData(9, 10, 11.0 / 1024)]
    [InlineData(10, 10, 1.0 / 1024)]
    [InlineData(0, 10, 1)]
    [InlineData(5, 10, 638.0 / 1024)]
    public void SignTest_KnownTails_AreExact(int count, int n, double expected) =>
        Assert.Equal(expected, OrderStatistics.SignTest(count, n), 1e-12);

    /// <summary>The example of Y. Benjamini and Y. Hochberg 1995, section 3: at 5% the first four of fifteen stand.</summary>
    [Fact]
    public void BenjaminiHochberg_TheirExample_FourStand()
    {
        double[] p =
        [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
        ];
        bool[] stands = OrderStatistics.BenjaminiHochberg(p, 0.05);
        Assert.Equal(4, stands.Count(s => s));
        Assert.True(stands[3]);
    }

    [Fact]
    public void Quantile_BetweenNeighbours_IsInterpolated() =>
        Assert.Equal(2.5, OrderStatistics.Quantile([1, 2, 3, 4], 0.5));
}
