// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using Xunit;

namespace FedKernel.Tests.Benchmarks;

/// <summary>Verdicts on made-up times: what is said must follow from them and from nothing else.</summary>
public sealed class JudgementTests
{
    [Theory]
    [InlineData(1.0, Verdict.Reached)]
    [InlineData(1.09, Verdict.Reached)]
    [InlineData(1.12, Verdict.Ambiguous)] // 0.893 of 0.9: within the margin
    [InlineData(1.5, Verdict.Slow)]
    internal void Of_KernelAgainstItsLimit_FollowsTheBar(double seconds, Verdict expected)
    {
        CaseResult result = Assert.Single(Judgement.Of([Launch(_ => seconds, (_, _) => 1)]));
        Assert.Equal(expected, Assert.Single(result.Bars).Verdict);
        Assert.Equal(1 / seconds, result.Values["share_of_limit"].Median, 1e-12);
    }

    [Fact]
    public void Of_MissedWithoutConfidence_IsAmbiguous()
    {
        CaseResult result = Judgement.Of([Launch(round => round % 2 == 0 ? 0.9 : 1.6, (_, _) => 1)])[0];
        Assert.Equal(Verdict.Ambiguous, result.Bars[0].Verdict);
    }

    [Fact]
    public void Of_NoisyMachine_NothingIsSaid()
    {
        LaunchData noisy = Launch(_ => 1.5, (round, arm) => 1 + (0.5 * ((round + arm) % 2)));
        Assert.True(Judgement.Control([noisy]).IsTooNoisy);
        BarResult bar = Judgement.Of([noisy])[0].Bars[0];
        Assert.Equal(Verdict.Withheld, bar.Verdict);
        Assert.Null(bar.Pass);
    }

    [Fact]
    public void Of_WrongResult_NothingIsSaid()
    {
        LaunchData launch = Launch(_ => 0.5, (_, _) => 1);
        launch = launch with
        {
            Samples = [.. launch.Samples.Select(s => s.Name == "case" ? s with { Failure = "wrong result: element 3 is NaN" } : s)],
        };
        CaseResult result = Judgement.Of([launch])[0];
        Assert.Equal("wrong result: element 3 is NaN", result.Failure);
        Assert.Equal(Verdict.Withheld, result.Bars[0].Verdict);
    }

    [Fact]
    public void Of_InTheCache_NothingIsSaid() =>
        Assert.Equal(Verdict.Withheld, Judgement.Of([Launch(_ => 1.5, (_, _) => 1) with { InCache = true }])[0].Bars[0].Verdict);

    /// <summary>Launches that differ by more than the rounds within each: the interval must span them.</summary>
    [Fact]
    public void Of_LaunchesThatDiffer_IntervalSpansThem()
    {
        CaseResult result = Judgement.Of([Launch(_ => 1, (_, _) => 1), Launch(_ => 1.2, (_, _) => 1), Launch(_ => 1.1, (_, _) => 1)])[0];
        MedianInterval seconds = result.Values["seconds"];
        Assert.Equal(1.1, seconds.Median, 1e-12);
        Assert.Equal((1, 1.2), (seconds.Low, seconds.High));
        Assert.Equal(90, result.Count);
    }

    [Fact]
    public void Of_TwoPartsOfTraffic_LimitIsTheirTimesAdded()
    {
        LaunchData launch = Launch(_ => 1, (_, _) => 1);
        var description = launch.Cases[0] with
        {
            BytesPerElement = 12,
            Limit = [new LimitPart(Traffic.Read, 4), new LimitPart(Traffic.InPlace, 8)],
        };

        // 100 elements: 400 B at 400 B/s, and 800 B at 1600 B/s.
        CaseResult result = Judgement.Of([launch with { Cases = [description] }])[0];
        Assert.Equal(1.5, result.Values["share_of_limit"].Median, 1e-12);
        Assert.Equal(["limit.read.2t", "limit.in_place.1t"], result.LimitNames);
    }

    [Fact]
    public void Write_ThenRead_GivesTheSame()
    {
        string path = Path.GetTempFileName();
        try
        {
            LaunchData launch = Launch(round => round == 3 ? double.NaN : 1, (_, _) => 1);
            launch.Write(path);
            LaunchData read = LaunchData.Read(path);
            Assert.Equal(launch.Samples.Select(s => s.Name), read.Samples.Select(s => s.Name));
            Assert.Equal(launch.Find("case")!.Seconds, read.Find("case")!.Seconds);
            Assert.Equal(launch.Cases[0].Bars, read.Cases[0].Bars);
            File.WriteAllText(path, "{");
            Assert.Throws<DataFormatException>(() => LaunchData.Read(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static LaunchData Launch(Func<int, double> seconds, Func<int, int, double> control)
    {
        CaseSamples Samples(string name, Func<int, double> of) => new(name, 1, [.. Enumerable.Range(0, 30).Select(of)], 0, null);
        return new LaunchData
        {
            DeviceId = "cpu",
            Cases =
            [
                new CaseDescription("case", "a case")
                {
                    Elements = 100,
                    BytesPerElement = 4,
                    Limit = [new LimitPart(Traffic.Read, 4)],
                    Bars = [new Bar("share_of_limit", 0.9)],
                },
            ],
            Limits =
            [
                new LimitDescription("limit.read.1t", 400, [Traffic.Read], OneThread: true),
                new LimitDescription("limit.read.2t", 400, [Traffic.Read], OneThread: false),
                new LimitDescription("limit.in_place.1t", 800, [Traffic.InPlace], OneThread: true),
            ],
            Samples =
            [
                Samples("case", seconds), Samples("limit.read.1t", _ => 2), Samples("limit.read.2t", _ => 1),
                Samples("limit.in_place.1t", _ => 0.5),
                Samples(LaunchData.ControlA, r => control(r, 0)), Samples(LaunchData.ControlB, r => control(r, 1)),
            ],
            Findings = new Dictionary<string, IReadOnlyList<Finding>>(),
            Skipped = new Dictionary<string, string>(),
            Notes = [],
        };
    }
}
