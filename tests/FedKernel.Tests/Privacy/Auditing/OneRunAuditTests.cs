// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Auditing;
using Xunit;

namespace FedKernel.Tests.Privacy.Auditing;

/// <summary>
/// Known answers: google-deepmind/jax_privacy tests/auditing_test.py:709-743. Its scores are no sample: they are the quantiles
/// (i + ½)/n of a normal law and of the same law shifted, so they are computed here anew.
/// </summary>
public sealed class OneRunAuditTests
{
    [Theory]
    [InlineData(1, 1.13346)]
    [InlineData(2, 2.311945)]
    [InlineData(4, 4.395568)]
    public void Bound_QuantileScoresOneRun_IsThePeers(double shift, double expected)
    {
        AuditedBound bound = CanaryAudit.Bound(Quantiles(shift), AuditMethod.OneRun, 0.05, 1e-6, ThresholdChoice.RocHull);
        Console.WriteLine(bound);
        foreach (AuditMethod m in Enum.GetValues<AuditMethod>())
        {
            foreach (ThresholdChoice c in new[] { ThresholdChoice.RocHull, ThresholdChoice.RankGrid, ThresholdChoice.Split(1) })
            {
                var w = System.Diagnostics.Stopwatch.StartNew();
                Console.WriteLine($"{shift} {c} {CanaryAudit.Bound(Quantiles(shift), m, 0.05, 1e-6, c)} {w.ElapsedMilliseconds} ms");
            }
        }

        Assert.Equal(1, bound.Epsilon / expected, 1e-5);
    }

    internal static CanaryScores Quantiles(double shift, int n = 10_000)
    {
        double[] scores = [.. Enumerable.Range(0, n).Select(i => StandardNormal.Quantile((i + 0.5) / n))];
        return new CanaryScores([.. scores.Select(s => s + shift)], scores);
    }
}
