// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Auditing;
using FedKernel.Random;
using FedKernel.Training.Auditing;
using Xunit;

namespace FedKernel.Tests.Training.Auditing;

/// <summary>Keys are fixed bytes and coins are seeded, so that every run is the same run.</summary>
public sealed class PrivacyAuditTests : IDisposable
{
    private readonly CpuDevice _device = new();

    [Theory]
    [InlineData(0.25)]
    [InlineData(1)]
    [InlineData(4)]
    public void Run_RightMechanism_StaysBelowTheAccountedEpsilon(double noiseMultiplier)
    {
        AuditReport report = Audit(noiseMultiplier, PlantedFault.None, 10_000);
        Assert.True(report.IsConsistent, $"{report.LargestLowerBound} > {report.Accounted.Upper}");
        Assert.Equal(AnalyticGaussian.Epsilon(noiseMultiplier, 1e-6), report.Accounted.Upper, 1e-9);
        // A bound that says nothing would pass as well: the best one is within half of the truth.
        Assert.True(report.LargestLowerBound > 0.5 * report.Accounted.Upper, $"{report.LargestLowerBound}");
    }

    [Theory]
    [InlineData(PlantedFault.HalfNoise, 1)]
    [InlineData(PlantedFault.HalfNoise, 4)]
    [InlineData(PlantedFault.WrongClip, 1)]
    [InlineData(PlantedFault.WrongClip, 4)]
    [InlineData(PlantedFault.ReusedNoise, 0.5)]
    [InlineData(PlantedFault.ReusedNoise, 4)]
    [InlineData(PlantedFault.PartialNoise, 0.5)]
    [InlineData(PlantedFault.PartialNoise, 4)]
    public void Run_PlantedFault_IsFound(PlantedFault fault, double noiseMultiplier)
    {
        AuditReport report = Audit(noiseMultiplier, fault, 10_000);
        Assert.False(report.IsConsistent, $"{report.LargestLowerBound} <= {report.Accounted.Upper}");
    }

    /// <summary>
    /// jax_privacy's values (tests/auditing_test.py:727-736) are for quantiles instead of samples, m = 20,000. The same cut and share of
    /// α on samples of the real mechanism: the count of right guesses is within four standard deviations of the quantiles' one.
    /// </summary>
    [Theory]
    [InlineData(1, 3376, 2807, 386, 1.13346)]
    [InlineData(0.5, 4666, 4499, 374, 2.311945)]
    [InlineData(0.25, 8233, 8223, 140, 4.395568)]
    public void Run_RightMechanism_ReachesThePublishedOneRunValues(
        double noiseMultiplier, int guesses, int correct, int cuts, double published)
    {
        const int Canaries = 20_000;
        AuditReport report = Audit(noiseMultiplier, PlantedFault.None, Canaries);
        double deviation = Math.Sqrt(correct * (1 - (correct / (double)guesses)));
        double seen = At(report.Attacks[0].Scores.IncludedByRank().Best[guesses]);
        Assert.Equal(published, At(correct), 1e-5 * published);
        Assert.InRange(seen, At((long)(correct - (4 * deviation))), At((long)Math.Min(guesses, correct + (4 * deviation))));
        // And the valid grid of ranks, which shares α among fewer cuts, goes beyond.
        Assert.InRange(report.Attacks[0].Bounds[0].Epsilon, published, report.Accounted.Upper);

        double At(long right) => OneRunAudit.Epsilon(Canaries, guesses, right, 0.05 / cuts, 1e-6);
    }

    /// <summary>At α = 0.2 a valid bound is too high in at most a fifth of the runs: 40 of 200, and 63 at four standard deviations.</summary>
    [Fact]
    public void Run_ManyTimes_BoundsAreTooHighNoMoreThanAlphaAllows()
    {
        var plan = new CanaryPlan(400);
        var tooHigh = new int[4];
        for (int run = 0; run < 200; run++)
        {
            using SecretKey256 key = Key((byte)run);
            AuditReport report = PrivacyAudit.Run(
                new GaussianSumRelease(_device, plan, 1, key),
                [new ProjectionAdversary(plan)],
                new AuditOptions { Confidence = 0.8, Delta = 0.01, Seed = new SimulationSeed((ulong)run) });
            for (int i = 0; i < tooHigh.Length; i++)
            {
                tooHigh[i] += report.Attacks[0].Bounds[i].Epsilon > report.Accounted.Upper ? 1 : 0;
            }
        }

        Assert.All(tooHigh, count => Assert.InRange(count, 0, 63));
    }

    [Fact]
    public void Release_OfTheSameMechanismTwice_DrawsFreshNoise()
    {
        var plan = new CanaryPlan(64);
        using SecretKey256 key = Key(1);
        var release = new GaussianSumRelease(_device, plan, 1, key);
        var coins = new bool[64];
        Assert.NotEqual(release.Release(coins), release.Release(coins));
    }

    [Fact]
    public void Run_ReplaceOneClaim_IsRefused() => Assert.Contains(
        "AddOrRemoveOne",
        Assert.Throws<ArgumentException>(() => PrivacyAudit.Run(
            new Fixed(new GaussianEvent(1, NeighbouringRelation.ReplaceOne)), Adversaries.All(new CanaryPlan(16)), new AuditOptions())).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(0.5, 1e-6)]
    [InlineData(1, 1e-6)]
    [InlineData(double.NaN, 1e-6)]
    [InlineData(0.95, 0)]
    [InlineData(0.95, 1)]
    [InlineData(0.95, double.NaN)]
    public void Run_OptionOutOfRange_ReleasesNothing(double confidence, double delta) => Assert.Throws<ArgumentOutOfRangeException>(() =>
        PrivacyAudit.Run(
            new Fixed(new GaussianEvent(1, NeighbouringRelation.AddOrRemoveOne)),
            Adversaries.All(new CanaryPlan(16)),
            new AuditOptions { Confidence = confidence, Delta = delta }));

    /// <summary>A mechanism of another kind: every canary that is in is also sampled by a coin of its own, as in DP-SGD.</summary>
    [Theory]
    [InlineData(0.2, 0.2, true)]
    [InlineData(0.2, 1, false)]
    public void Run_SampledMechanism_IsJudgedByItsOwnCurve(double claimed, double actual, bool isConsistent)
    {
        var release = new SampledRelease(4000, claimed, actual);
        AuditReport report = PrivacyAudit.Run(release, [new SampledRelease.Reader()], new AuditOptions { Delta = 1e-5 });
        Assert.Equal(isConsistent, report.IsConsistent);
        // Bounds that take the curve for a Gaussian one are not on offer.
        Assert.Equal([AuditMethod.OneRun, AuditMethod.ClopperPearson], report.Attacks[0].Bounds.Select(b => b.Method));
        Assert.Contains("OneRunTradeOff", Assert.Throws<ArgumentException>(() => PrivacyAudit.Run(
            release, [new SampledRelease.Reader()], new AuditOptions { Methods = [AuditMethod.OneRunTradeOff] })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(1000)]
    public void Score_BytesThatAreNoRelease_AreRefused(int length) => Assert.Contains(
        $"{length}",
        Assert.Throws<DataFormatException>(() => new ProjectionAdversary(new CanaryPlan(16)).Score(new byte[length])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Score_OfAnotherShapeOrNotFinite_IsRefused()
    {
        var plan = new CanaryPlan(16);
        foreach (IAuditAdversary adversary in Adversaries.All(plan))
        {
            Assert.Throws<DataFormatException>(() => adversary.Score(ReleasedVectors.Write([new float[16]])));
            Assert.Throws<DataFormatException>(() => adversary.Score(ReleasedVectors.Write([new float[17], new float[17]])));
            float[] broken = new float[16];
            broken[3] = float.NaN;
            Assert.Throws<DataFormatException>(() => adversary.Score(ReleasedVectors.Write([broken, broken])));
        }
    }

    public void Dispose() => _device.Dispose();

    private static SecretKey256 Key(byte first) => SecretKey256.Import([.. Enumerable.Range(0, 32).Select(i => (byte)(first + i))]);

    private AuditReport Audit(double noiseMultiplier, PlantedFault fault, int canaries)
    {
        var plan = new CanaryPlan(canaries);
        using SecretKey256 key = Key(1);
        return PrivacyAudit.Run(new GaussianSumRelease(_device, plan, noiseMultiplier, key, fault), Adversaries.All(plan), new AuditOptions());
    }

    private sealed class SampledRelease(int count, double claimed, double actual) : IAuditedRelease
    {
        public int CanaryCount => count;

        public PrivacyEvent Claim { get; } =
            new PoissonSampledEvent(claimed, new GaussianEvent(0.5, NeighbouringRelation.AddOrRemoveOne));

        public bool CanariesApart => true;

        public byte[] Release(ReadOnlySpan<bool> included)
        {
            var random = new SimulationRandom(new SimulationSeed(77));
            var scores = new double[included.Length];
            for (int i = 0; i < scores.Length; i++)
            {
                bool isSampled = random.NextUniform() < actual;
                scores[i] = (0.5 * random.NextNormal()) + (included[i] && isSampled ? 1 : 0);
            }

            return MemoryMarshal.AsBytes(scores.AsSpan()).ToArray();
        }

        internal sealed class Reader : IAuditAdversary
        {
            public string Name => "reader";

            public double[] Score(ReadOnlySpan<byte> released) => MemoryMarshal.Cast<byte, double>(released).ToArray();
        }
    }

    private sealed class Fixed(PrivacyEvent claim) : IAuditedRelease
    {
        public int CanaryCount => 16;

        public PrivacyEvent Claim => claim;

        public bool CanariesApart => false;

        public byte[] Release(ReadOnlySpan<bool> included) => throw new InvalidOperationException("Nothing may be released.");
    }
}
