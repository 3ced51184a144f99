// SPDX-License-Identifier: Apache-2.0
// Known answers: root-mean-square errors of prefix sums times the sensitivity, computed with NumPy from the definition of the papers
// (arXiv 2202.11205, 2306.08153, 2405.13763, 2601.22334); the trees' from TensorFlow Privacy's and dp_accounting's own tests.
using FedKernel.Privacy.Correlated;
using Xunit;

namespace FedKernel.Tests.Privacy.Correlated;

public sealed class CorrelatedStrategyTests
{
    [Theory]
    [InlineData(16, double.NaN, 1.943878847)]
    [InlineData(128, double.NaN, 2.610103865)]
    [InlineData(1024, 3.109789907, 3.272554150)]
    public void Error_WholeRoot_IsTheOptimalToeplitzFactorization(int rounds, double mean, double maximum)
    {
        CorrelatedStrategy[] both =
        [
            new BandedStrategy(rounds, rounds, Participation.Once), InverseBandedStrategy.Root(rounds, rounds, Participation.Once),
        ];
        foreach (CorrelatedStrategy strategy in both)
        {
            AssertClose(maximum, strategy.MaximumError);
            if (!double.IsNaN(mean))
            {
                AssertClose(mean, strategy.MeanError);
            }
        }
    }

    /// <summary>4096 rounds are more than the bands that a strategy may have; ‖c‖² is the error all the same.</summary>
    [Fact]
    public void Root_4096Rounds_HasThePapersError() => AssertClose(3.713883627, ToeplitzSeries.Root(4096).Sum(c => c * c));

    [Theory]
    [InlineData(1024, 8, 1, 1, 9.536373989, 13.415316271)]
    [InlineData(1024, 64, 1, 1, 4.376495025, 5.849139625)]
    [InlineData(2048, 1, 16, 128, 128.031246184, 181.019335984)]
    [InlineData(2048, 16, 16, 128, 40.344456883, 56.699914817)]
    [InlineData(2048, 128, 16, 128, 18.533692924, 24.624701644)]
    public void Error_Banded_IsThePapers(int rounds, int bands, int count, int separation, double mean, double maximum)
    {
        var strategy = new BandedStrategy(bands, rounds, new Participation(count, separation));
        AssertClose(mean, strategy.MeanError);
        AssertClose(maximum, strategy.MaximumError);
    }

    /// <summary>jax_privacy, minsep_true_max_participations of 5 rounds.</summary>
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    [InlineData(5, 1)]
    public void CountWithin_FewRounds_IsWhatFits(int separation, int expected) =>
        Assert.Equal(expected, new Participation(100, separation).CountWithin(5));

    [Theory]
    [InlineData(128, 0.0, 8.031189202, 11.313708499)]
    [InlineData(128, 0.5, 4.743416490, 6.608075867)]
    [InlineData(128, 0.9, 2.933472883, 3.456496553)]
    [InlineData(1024, 0.0, 22.638462845, 32)]
    [InlineData(1024, 0.5, 13.108521401, 18.502252115)]
    [InlineData(1024, 0.9, 5.673112948, 7.687994742)]
    [InlineData(1024, 0.99, 7.267847548, 7.442577493)]
    public void Error_Lambda_IsThePapers(int rounds, double lambda, double mean, double maximum)
    {
        InverseBandedStrategy strategy = InverseBandedStrategy.Lambda(lambda, rounds, Participation.Once);
        AssertClose(mean, strategy.MeanError);
        AssertClose(maximum, strategy.MaximumError);
    }

    /// <summary>k·‖c‖² if there are no more bands than rounds from one participation to the next (arXiv 2405.13763, theorem 2).</summary>
    [Fact]
    public void Sensitivity_FewBands_IsTheSumOfColumns()
    {
        var strategy = new BandedStrategy(4, 100, new Participation(5, 10));
        Assert.Equal(5 * strategy.Coefficients.Sum(c => c * c), strategy.SquaredSensitivity, 12);
    }

    [Theory]
    [InlineData(8, 8, 1, 120)]
    [InlineData(8, 1, 8, 4)]
    [InlineData(9, 3, 4, 11)]
    [InlineData(7, 3, 3, 9)]
    [InlineData(24, 8, 3, 88)]
    public void Sensitivity_Tree_IsDpAccountings(int rounds, int count, int separation, double squared)
    {
        Assert.Equal(squared, new TreeStrategy(rounds, new Participation(count, separation)).SquaredSensitivity);
        Assert.Equal(squared, new HonakerStrategy(rounds, new Participation(count, separation)).SquaredSensitivity);
    }

    [Fact]
    public void Sensitivity_Tree_IsTheWorstOfAllPatterns()
    {
        for (int rounds = 1; rounds <= 13; rounds++)
        {
            for (int separation = 1; separation <= 4; separation++)
            {
                for (int count = 1; count <= 4; count++)
                {
                    double worst = Patterns(rounds, count, separation).Max(p => Score(p, rounds));
                    Assert.Equal(worst, new TreeStrategy(rounds, new Participation(count, separation)).SquaredSensitivity);
                }
            }
        }
    }

    [Fact]
    public void Sensitivity_Toeplitz_IsTheWorstOfAllPatterns()
    {
        foreach ((int count, int separation) in ((int, int)[])[(1, 1), (2, 1), (3, 2), (2, 5), (4, 3)])
        {
            var participation = new Participation(count, separation);
            double[] series = ToeplitzSeries.Root(5);
            double worst = Patterns(12, count, separation).Max(p => Enumerable.Range(0, 12).Sum(
                i => Math.Pow(p.Sum(j => i >= j && i - j < series.Length ? series[i - j] : 0), 2)));
            Assert.Equal(worst, new BandedStrategy(5, 12, participation).SquaredSensitivity, 12);
        }
    }

    /// <summary>TensorFlow Privacy's aggregators over ones: nodes of a prefix, and the efficient estimate of a subtree.</summary>
    [Fact]
    public void PrefixVariances_Trees_AreTensorFlowPrivacys()
    {
        Assert.Equal([1, 1, 2, 1, 2, 2, 3, 1], new TreeStrategy(8, Participation.Once).PrefixVariances());
        double[] efficient = new HonakerStrategy(8, Participation.Once).PrefixVariances();
        Assert.Equal(4.0 / 7, efficient[3], 15);
        Assert.Equal(8.0 / 15, efficient[7], 15);
        Assert.Equal([1, 4.0 / 3, 12.0 / 7, 32.0 / 15], Enumerable.Range(0, 4).Select(EstimateOfOnes), (a, b) => Math.Abs(a - b) < 1e-14);
        Assert.Equal(11 / (2 - Math.Pow(0.5, 10)), EstimateOfOnes(10), 12);
    }

    [Fact]
    public void Terms_Tree_SumToThePrefixNodes()
    {
        var strategy = new TreeStrategy(100, Participation.Once);
        var sum = new Dictionary<uint, double>();
        for (int t = 0; t < 100; t++)
        {
            foreach (NoiseTerm term in strategy.Terms(t))
            {
                sum[term.Source] = sum.GetValueOrDefault(term.Source) + term.Coefficient;
            }

            Assert.All(sum.Values, v => Assert.True(v is 0 or 1));
            Assert.Equal(strategy.PrefixVariances()[t], sum.Values.Count(v => v == 1));
        }
    }

    [Fact]
    public void Constructor_BadInput_NamesTheRange()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Participation(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Participation(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BandedStrategy(0, 10, Participation.Once));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BandedStrategy(1, 0, Participation.Once));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BandedStrategy(1, (1 << 20) + 1, Participation.Once));
        Assert.Throws<ArgumentOutOfRangeException>(() => InverseBandedStrategy.Lambda(double.NaN, 10, Participation.Once));
        Assert.Throws<ArgumentOutOfRangeException>(() => InverseBandedStrategy.Lambda(1.1, 10, Participation.Once));
        ArgumentOutOfRangeException costly = Assert.Throws<ArgumentOutOfRangeException>(
            () => new TreeStrategy(100_000, new Participation(100, 900)));
        Assert.Contains("banded", costly.Message, StringComparison.Ordinal);
        costly = Assert.Throws<ArgumentOutOfRangeException>(
            () => InverseBandedStrategy.Root(2, 1 << 20, new Participation(1_000_000, 1)));
        Assert.Contains("steps to add up; at most 3e+08", costly.Message, StringComparison.Ordinal);
    }

    private static double EstimateOfOnes(int level)
    {
        (double own, double children) = HonakerStrategy.Weights(level);
        return level == 0 ? 1 : own + (children * 2 * EstimateOfOnes(level - 1));
    }

    private static IEnumerable<int[]> Patterns(int rounds, int count, int separation)
    {
        yield return [];
        if (count == 0)
        {
            yield break;
        }

        for (int first = 0; first < rounds; first++)
        {
            foreach (int[] rest in Patterns(rounds - first - separation, count - 1, separation))
            {
                yield return [first, .. rest.Select(r => first + separation + r)];
            }
        }
    }

    private static double Score(int[] pattern, int rounds)
    {
        double score = 0;
        for (int size = 1; size <= rounds; size *= 2)
        {
            for (int start = 0; start + size <= rounds; start += size)
            {
                score += Math.Pow(pattern.Count(p => p >= start && p < start + size), 2);
            }
        }

        return score;
    }

    private static void AssertClose(double expected, double actual) =>
        Assert.True(Math.Abs(actual - expected) <= 2e-9 * expected, $"{actual:R} is not {expected:R}");
}
