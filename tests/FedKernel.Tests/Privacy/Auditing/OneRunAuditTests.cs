// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Auditing;
using Xunit;

namespace FedKernel.Tests.Privacy.Auditing;

/// <summary>
/// Known answers: google-deepmind/jax_privacy tests/auditing_test.py:709-743. Its scores are no sample: they are the quantiles
/// (i + ½)/n of a normal law, and of the same law shifted, so they are computed here anew.
/// </summary>
public sealed class OneRunAuditTests
{
    [Theory]
    [InlineData(AuditMethod.OneRun, 0, 0)]
    [InlineData(AuditMethod.OneRun, 1, 1.13346)]
    [InlineData(AuditMethod.OneRun, 2, 2.311945)]
    [InlineData(AuditMethod.OneRun, 4, 4.395568)]
    [InlineData(AuditMethod.OneRunTradeOff, 0, 0)]
    [InlineData(AuditMethod.OneRunTradeOff, 1, 2.164749)]
    [InlineData(AuditMethod.OneRunTradeOff, 2, 4.7218075)]
    [InlineData(AuditMethod.OneRunTradeOff, 4, 9.133752)]
    public void Bound_QuantileScoresOnTheHull_IsThePeers(AuditMethod method, double shift, double expected)
    {
        double bound = CanaryAudit.Bound(Quantiles(shift), method, 0.05, 1e-6, ThresholdChoice.RocHull).Epsilon;
        Assert.Equal(expected, bound, 1e-5 * expected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Bound_RankGrid_IsValidAndAboveThePeers(double shift)
    {
        foreach (AuditMethod method in new[] { AuditMethod.OneRun, AuditMethod.OneRunTradeOff })
        {
            AuditedBound grid = CanaryAudit.Bound(Quantiles(shift), method, 0.05, 1e-6, ThresholdChoice.RankGrid);
            AuditedBound hull = CanaryAudit.Bound(Quantiles(shift), method, 0.05, 1e-6, ThresholdChoice.RocHull);
            Assert.True(grid.ChoiceCount < hull.ChoiceCount);
            Assert.True(grid.Epsilon > hull.Epsilon, $"{method}: {grid.Epsilon} against {hull.Epsilon}");
        }
    }

    /// <summary>The definition of the paper, summed term by term, as jax_privacy's own naive test does it.</summary>
    [Theory]
    [InlineData(10, 1, 0)]
    [InlineData(10, 10, 9)]
    [InlineData(100, 10, 10)]
    [InlineData(100, 100, 90)]
    [InlineData(1000, 100, 60)]
    [InlineData(1000, 1000, 30)]
    [InlineData(1000, 1000, 1000)]
    public void PValue_AgainstTheDefinition_Agrees(int canaries, int guesses, int correct)
    {
        foreach (double epsilon in new[] { 0, 0.5, 1, 6 })
        {
            foreach (double delta in new[] { 0, 1e-6, 1e-3, 0.1 })
            {
                double[] mass = Masses(guesses, epsilon);
                double beta = mass.Skip(correct).Sum(), sum = 0, largest = 0;
                for (int i = 1; i <= correct; i++)
                {
                    sum += mass[correct - i];
                    largest = Math.Max(largest, sum / i);
                }

                double expected = Math.Min(1, beta + (2 * canaries * delta * largest));
                Assert.Equal(expected, OneRunAudit.PValue(canaries, guesses, correct, epsilon, delta), 1e-11);
            }
        }
    }

    [Fact]
    public void PValue_FarAboveTheMode_DoesNotOverflow()
    {
        // Terms of the running mean grow by 10^300 and more from the edge to the mode.
        double p = OneRunAudit.PValue(1_000_000, 1_000_000, 1_000_000, 0, 1e-6);
        Assert.InRange(p, 1e-8, 1e-3);
    }

    [Fact]
    public void Epsilon_AllRightWithoutDelta_IsTheClosedForm()
    {
        // σ(ε)^r = α.
        double sigma = Math.Pow(0.05, 1.0 / 5000);
        Assert.Equal(Math.Log(sigma / (1 - sigma)), OneRunAudit.Epsilon(10_000, 5000, 5000, 0.05, 0), 1e-9);
    }

    [Fact]
    public void Epsilon_AtTheBound_HasThePValueAlpha()
    {
        double epsilon = OneRunAudit.Epsilon(20_000, 3376, 2807, 0.05, 1e-6);
        Assert.Equal(0.05, OneRunAudit.PValue(20_000, 3376, 2807, epsilon, 1e-6), 1e-9);
    }

    [Theory]
    [InlineData(0, 0, 0, 0.05, 0.0)]
    [InlineData(10, 11, 0, 0.05, 0.0)]
    [InlineData(10, 5, 6, 0.05, 0.0)]
    [InlineData(10, 5, -1, 0.05, 0.0)]
    [InlineData(10, 5, 5, 0, 0.0)]
    [InlineData(10, 5, 5, 0.5, 0.0)]
    [InlineData(10, 5, 5, double.NaN, 0.0)]
    [InlineData(10, 5, 5, 0.05, -1e-9)]
    [InlineData(10, 5, 5, 0.05, 1.0)]
    [InlineData(10, 5, 5, 0.05, double.NaN)]
    public void Bounds_OutOfRange_AreRefused(long canaries, long guesses, long correct, double alpha, double delta)
    {
        Assert.Contains("Must lie in", Assert.Throws<ArgumentOutOfRangeException>(
            () => OneRunAudit.Epsilon(canaries, guesses, correct, alpha, delta)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => OneRunTradeOffAudit.Epsilon(canaries, guesses, correct, alpha, delta));
    }

    [Fact]
    public void TradeOff_DeltaZero_IsRefusedBecauseAGaussianHasNoEpsilonThere() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => OneRunTradeOffAudit.Epsilon(10, 5, 5, 0.05, 0));

    internal static CanaryScores Quantiles(double shift, int n = 10_000)
    {
        double[] scores = [.. Enumerable.Range(0, n).Select(i => StandardNormal.Quantile((i + 0.5) / n))];
        return new CanaryScores([.. scores.Select(s => s + shift)], scores);
    }

    private static double[] Masses(int n, double epsilon)
    {
        double p = 1 / (1 + Math.Exp(-epsilon)), logP = Math.Log(p), logQ = Math.Log(1 - p), logChoose = 0;
        var mass = new double[n + 1];
        for (int k = 0; k <= n; k++)
        {
            mass[k] = Math.Exp(logChoose + (k * logP) + ((n - k) * logQ));
            logChoose += Math.Log(n - k) - Math.Log(k + 1);
        }

        return mass;
    }
}
