// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using FedKernel.Instruments.Benchmarks.Timing;
using Xunit;

namespace FedKernel.Tests.Benchmarks;

public sealed class RoundRobinTests
{
    private static readonly TimingOptions _short = new() { Looks = [6, 8], WarmUpSeconds = 0.01, SampleSeconds = 1e-5, HalfWidth = 0 };

    [Fact]
    public void Run_EveryCase_IsPreparedAndCheckedOnceASample()
    {
        int prepared = 0, invoked = 0, inARow = 0, most = 0;
        var timed = new DelegateCase(
            "once", () => (invoked, inARow) = (invoked + 1, inARow + 1), () => (prepared, inARow) = (prepared + 1, 0),
            () => inARow == 1 ? null : $"ran {most = inARow} times")
        { Repeatable = false };
        CaseSamples samples = Assert.Single(RoundRobin.Run([timed], _short));
        Assert.Null(samples.Failure);
        Assert.Equal(prepared, invoked);
        Assert.Equal(8, samples.Seconds.Length);
    }

    [Fact]
    public void Run_ShortWork_IsRepeatedWithinASample()
    {
        CaseSamples samples = RoundRobin.Run([new DelegateCase("short", () => { })], _short)[0];
        Assert.True(samples.Batch > 10, $"batch {samples.Batch}");
        Assert.True(samples.Median().Median < 1e-6);
    }

    [Fact]
    public void Run_WrongResult_IsReported()
    {
        CaseSamples samples = RoundRobin.Run([new DelegateCase("wrong", () => { }, check: () => "off by one")], _short)[0];
        Assert.Equal("off by one", samples.Failure);
    }

    [Fact]
    public void Run_EverySecond_HasSamplesInEverySecondRound()
    {
        CaseSamples[] samples = [.. RoundRobin.Run([new DelegateCase("all", () => { }), new DelegateCase("half", () => { }) { Every = 2 }], _short)];
        Assert.Equal(8, samples[0].Seconds.Length);
        Assert.Equal([false, true, false, true, false, true, false, true], samples[1].Seconds.Select((s, i) => i % 2 == 1 && double.IsNaN(s)));
    }

    [Fact]
    public void SpeedOver_TaggedSamples_AreLeftOutOfTheirPair()
    {
        var fast = new CaseSamples("fast", 1, [1, double.NaN, 1], 1, null);
        var slow = new CaseSamples("slow", 1, [2, 2, 3], 0, null);
        Assert.Equal([2, 3], fast.SpeedOver(slow).Where(r => !double.IsNaN(r)));
    }

    /// <summary>Times that are made up: the control must tell a quiet machine from one whose minutes differ.</summary>
    [Theory]
    [InlineData(0.002, 0, false)]
    [InlineData(0.4, 0, true)]
    [InlineData(0.002, 0.1, true)]
    public void NoiseControl_SameWorkTwice_TellsNoiseFromQuiet(double noise, double bias, bool tooNoisy)
    {
        double[] a = [.. Enumerable.Range(0, 30).Select(i => 1 + (noise * (((i * 7919) % 31) - 15) / 15.0))];
        double[] b = [.. Enumerable.Range(0, 30).Select(i => (1 + bias) * (1 + (noise * (((i * 104729) % 29) - 14) / 14.0)))];
        var control = NoiseControl.From(new CaseSamples("a", 1, a, 0, null), new CaseSamples("a", 1, b, 0, null), margin: 0.03);
        Assert.Equal(tooNoisy, control.IsTooNoisy);
    }

    [Fact]
    public void NoiseControl_TooFewRounds_IsTooNoisy()
    {
        var same = new CaseSamples("a", 1, [1, 1, 1], 0, null);
        Assert.True(NoiseControl.From(same, same, margin: 0.03).IsTooNoisy);
    }

    [Fact]
    public void Time_Batch_IsOneCallEach()
    {
        int calls = 0;
        long ticks = TimedCase.Time(new DelegateCase("count", () => calls++), 17);
        Assert.Equal(17, calls);
        Assert.InRange(ticks, 0, 10 * Stopwatch.Frequency);
    }
}
