// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;
using FedKernel.Training.Auditing;
using FedKernel.Training.Solvers;
using Xunit;

namespace FedKernel.Tests.Training.Auditing;

public sealed class TrainerReleaseTests
{
    private const int Canaries = 512;

    /// <summary>Noise and coins come from fixed bytes: every run is the same run.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Run_HonestTrainer_StaysBelowTheAccountedEpsilonAndSaysSomething(int steps)
    {
        AuditReport report = Audit(steps, 0.5, 1);
        Assert.True(report.IsConsistent, $"{report.LargestLowerBound} > {report.Accounted.Upper}");
        Assert.InRange(report.LargestLowerBound, 0.2 * report.Accounted.Upper, report.Accounted.Upper);
    }

    [Fact]
    public void Run_TrainerWithATenthOfTheNoise_IsFound() => Assert.False(Audit(5, 2, 0.1).IsConsistent);

    private static AuditReport Audit(int steps, double wholeMultiplier, double noiseFactor)
    {
        using var device = new CpuDevice();
        // Whatever the number of steps, the whole is one Gaussian release.
        double z = wholeMultiplier * Math.Sqrt(steps);
        byte next = 0;
        var release = new TrainerRelease(device, Canaries, new DpSgdOptions(1, [.. Enumerable.Repeat(z, steps)], 1, 1))
        {
            NoiseFactor = noiseFactor,
            CreateKey = () => SecretKey256.Import([++next, 3, .. new byte[30]]),
        };
        var whole = new GaussianEvent(wholeMultiplier, NeighbouringRelation.AddOrRemoveOne);
        AuditReport report = PrivacyAudit.Run(release, [new WeightAdversary(Canaries)], new AuditOptions { Delta = 1e-5, Confidence = 0.95 });
        Assert.Equal(PrivacyAccountant.Epsilon(whole, 1e-5).Upper, report.Accounted.Upper, 1e-9);
        return report;
    }
}
