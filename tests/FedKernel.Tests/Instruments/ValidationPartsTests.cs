// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Cli;
using FedKernel.Devices.Cpu;
using FedKernel.Devices.Validation;
using FedKernel.Instruments.Statistics;
using FedKernel.Instruments.Validation;
using FedKernel.Instruments.Validation.Checks;
using FedKernel.Instruments.Validation.Session;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Instruments;

/// <summary>The parts of the instrument, each shown what it must find.</summary>
public sealed class ValidationPartsTests
{
    [Fact]
    public void HashBook_IsWhatTheReferencesGive()
    {
        using var device = new CpuDevice(SimdWidth.Scalar, threadCount: 1);
        string book = HashBook.Write(device, KernelCases.All);
        Dictionary<string, string> expected = JsonSerializer.Deserialize<Dictionary<string, string>>(book)!;
        Assert.Equal(expected.OrderBy(p => p.Key, StringComparer.Ordinal), HashBook.Entries.OrderBy(p => p.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void SelfTest_OfTheCheckers_MissesNothing()
    {
        CheckResult result = SelfTest.Run(KernelCases.All, seed: 1);
        Assert.True(result.Verdict == Verdict.Pass, result.Reason);
        Assert.True(result.WorkDone >= 7 * KernelCases.All.Count);
    }

    [Fact]
    public void Settled_PassWithTooLittleWork_IsInconclusive()
    {
        var pass = new CheckResult { Id = "x", Device = "cpu", Verdict = Verdict.Pass, WorkDone = 9, MinWork = 10 };
        Assert.Equal(Verdict.Inconclusive, pass.Settled().Verdict);
        Assert.Contains("9 of at least 10", pass.Settled().Reason, StringComparison.Ordinal);
        Assert.Equal(Verdict.Pass, (pass with { WorkDone = 10 }).Settled().Verdict);
        Assert.Equal(Verdict.Fail, (pass with { Verdict = Verdict.Fail }).Settled().Verdict);
    }

    [Theory]
    [InlineData(Verdict.Pass, 0)]
    [InlineData(Verdict.Fail, 1)]
    [InlineData(Verdict.Perf, 3)]
    [InlineData(Verdict.Timeout, 4)]
    [InlineData(Verdict.Error, 4)]
    [InlineData(Verdict.Skip, 5)]
    [InlineData(Verdict.Inconclusive, 6)]
    public void ExitCode_OfEachVerdict(object verdict, int code)
    {
        ValidationReport report = Report((Verdict)verdict);
        Assert.Equal(code, report.ExitCodeFor(fatalSkips: false, ignoreSpeed: false));
        Assert.Equal(130, (report with { Interrupted = true }).ExitCodeFor(false, false));
    }

    [Fact]
    public void ExitCode_SlowOrSkipped_FollowsTheOptions()
    {
        Assert.Equal(0, Report(Verdict.Perf).ExitCodeFor(fatalSkips: false, ignoreSpeed: true));
        Assert.Equal(6, Report(Verdict.Pass, Verdict.Skip).ExitCodeFor(fatalSkips: true, ignoreSpeed: false));
        Assert.Equal(0, Report(Verdict.Pass, Verdict.Skip).ExitCodeFor(fatalSkips: false, ignoreSpeed: false));
        Assert.Equal(1, Report(Verdict.Perf, Verdict.Timeout, Verdict.Fail).ExitCodeFor(false, false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a driver says hello")]
    [InlineData("{")]
    [InlineData("{\"result\":{\"id\":1}}")]
    [InlineData("[]")]
    public void SessionEvent_WhateverElseIsOnThePipe_IsPassedOver(string line) => Assert.Null(SessionEvent.Parse(line));

    [Fact]
    public void SessionEvent_ThereAndBack_IsTheSame()
    {
        var result = new CheckResult
        {
            Id = "kernels.axpy",
            Device = "cpu",
            Verdict = Verdict.Fail,
            Reason = "why",
            WorstUlp = double.PositiveInfinity,
            WorkDone = 7,
        };
        Assert.Equal(result, SessionEvent.Parse(new SessionEvent { Result = result }.ToLine())!.Result);
        Assert.Null(SessionEvent.Parse("{" + new string(' ', 2 << 20) + "}"));
    }

    [Fact]
    public void SumBound_KnowsTheConditionOfTheSum()
    {
        // Two large numbers that cancel: the error of a good sum may be far above the sum itself, and no further.
        float[] x = [1e10f, 3, -1e10f];
        Assert.True(SumBoundCheck.ShareOfBound(x, square: false, 3) <= 1);
        Assert.True(SumBoundCheck.ShareOfBound(x, square: false, 3 + 1e-6) <= 1);
        Assert.True(SumBoundCheck.ShareOfBound(x, square: false, 4) > 1);
        Assert.True(SumBoundCheck.ShareOfBound(x, square: false, 0) > 1);
        Assert.True(SumBoundCheck.ShareOfBound(x, square: false, double.NaN) > 1);
        Assert.Equal(0, SumBoundCheck.ShareOfBound([0f], square: true, 0));
        Assert.True(SumBoundCheck.ShareOfBound([2f, 3f], square: true, 13) <= 1);
        Assert.True(SumBoundCheck.ShareOfBound([2f, 3f], square: true, 12.999) > 1);
    }

    [Fact]
    public void ClippingBound_IsOneSidedAndExact()
    {
        Assert.Null(ClippingBoundCheck.Breach([3, 4], 5));
        Assert.NotNull(ClippingBoundCheck.Breach([3, MathF.BitIncrement(4)], 5));
        Assert.Null(ClippingBoundCheck.Breach([0, 0], 5));
        Assert.NotNull(ClippingBoundCheck.Breach([float.NaN, 0], 5));
    }

    [Fact]
    public void SpecialFunctions_MatchTables()
    {
        // Abramowitz and Stegun, tables 26.7 and 26.8.
        Assert.Equal(0.05, SpecialFunctions.ChiSquareTail(3.84146, 1), 1e-6);
        Assert.Equal(0.05, SpecialFunctions.ChiSquareTail(124.342, 100), 1e-5);
        Assert.Equal(0.995, SpecialFunctions.ChiSquareTail(0.0717212, 3), 1e-5);
        Assert.Equal(0.0455003, SpecialFunctions.NormalTwoSided(2), 1e-7);
        Assert.Equal(Math.Log(24), SpecialFunctions.LogGamma(5), 1e-12);
        Assert.Equal(2 * Math.Exp(-4) * 1, SpecialFunctions.PoissonTwoSided(4, 0), 1e-12);
    }

    [Fact]
    public void UniformTests_GoodWordsPass_BadWordsFail()
    {
        var random = new SimulationRandom(new SimulationSeed(42));
        uint[] good = [.. Enumerable.Range(0, 1 << 16).Select(_ => random.NextWord())];
        uint[] biased = Array.ConvertAll(good, w => w | ((w & 0x10) << 27));
        uint[] repeated = [.. good.SelectMany(w => (uint[])[w, w]).Take(good.Length)];
        uint[] lattice = Array.ConvertAll(good, w => w & 0xFFFF0000);
        Assert.True(UniformTests.ChiSquare(good, 0) > 1e-4);
        Assert.True(UniformTests.KolmogorovSmirnov(good) > 1e-4);
        Assert.True(UniformTests.AndersonDarling(good) > 1e-4);
        Assert.True(UniformTests.SerialCorrelation(good) > 1e-4);
        Assert.True(UniformTests.BirthdaySpacings(good) > 1e-4);
        Assert.True(UniformTests.ChiSquare(biased, 24) < 1e-10);
        Assert.True(UniformTests.KolmogorovSmirnov(biased) < 1e-10);
        Assert.True(UniformTests.AndersonDarling(biased) < 1e-10);
        Assert.True(UniformTests.SerialCorrelation(repeated) < 1e-10);
        Assert.True(UniformTests.BirthdaySpacings(lattice) < 1e-10);
    }

    [Fact]
    public void Processors_AWorkOnEach_StaysThere()
    {
        Assert.NotEmpty(Processors.Allowed);
        foreach (int p in Processors.Allowed)
        {
            int ran = 0;
            bool held = Processors.RunOn(p, () => ran++);
            Assert.Equal(1, ran);
            Assert.True(held || !OperatingSystem.IsLinux());
        }

        Assert.Throws<InvalidOperationException>(() => Processors.RunOn(Processors.Allowed[0], () => throw new ArgumentException("x")));
    }

    [Theory]
    [InlineData(0.9, 0, "Pass")]
    [InlineData(0.49, 0, "Perf")]
    [InlineData(1.06, 0, "Inconclusive")]
    [InlineData(double.NaN, 0, "Inconclusive")]
    [InlineData(double.PositiveInfinity, 0, "Inconclusive")]
    [InlineData(0.2, 0.21, "Inconclusive")]
    public void Speed_OfEachShare_HasItsVerdict(double share, double throttled, string verdict)
    {
        var figures = new Dictionary<string, double> { ["x_share"] = share, ["throttled_share"] = throttled };
        Assert.Equal(verdict, SpeedCheck.Judge(["x"], figures).Verdict.ToString());
    }

    [Fact]
    public void MemoryErrors_ACounterThatMoves_LeavesTheRunInDoubt()
    {
        string folder = Directory.CreateTempSubdirectory("fedkernel-edac-").FullName;
        try
        {
            Assert.Equal(Verdict.Skip, new MemoryErrorCounters(folder).Judge().Verdict);
            Directory.CreateDirectory(Path.Combine(folder, "mc0"));
            string file = Path.Combine(folder, "mc0", "ce_count");
            File.WriteAllText(file, "41\n");
            var counters = new MemoryErrorCounters(folder);
            Assert.Equal(Verdict.Pass, counters.Judge().Verdict);
            File.WriteAllText(file, "43\n");
            Assert.Equal(Verdict.Inconclusive, counters.Judge().Verdict);
            Assert.Contains("mc0/ce_count by 2", counters.Judge().Reason, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void FailurePattern_NamesStrideBitAndSecondRead()
    {
        float[] expected = [1, 2, 3, 4, 5, 6, 7, 8], found = [.. expected];
        foreach (int i in (int[])[1, 4, 7])
        {
            found[i] = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(found[i]) ^ (1u << 20));
        }

        Assert.Equal(
            " (3 of 8 differ, 3 apart, in bit 20 alone; a second read gives the same)", FailurePattern.Of(expected, found, found));
        Assert.EndsWith("other values)", FailurePattern.Of(expected, found, expected), StringComparison.Ordinal);
    }

    private static ValidationReport Report(params Verdict[] verdicts)
    {
        CheckResult[] results = [.. verdicts.Select((v, i) => new CheckResult { Id = $"x.{i}", Device = "cpu", Verdict = v, WorkDone = 1 })];
        var device = new ValidatedDevice(new CpuDeviceProvider().Find()[0].Info, null, results);
        return new ValidationReport(new ValidationOptions(), [], [device], 0, 1, false);
    }
}
