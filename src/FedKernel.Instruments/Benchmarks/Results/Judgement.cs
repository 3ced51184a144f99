// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Instruments.Benchmarks.Results;

/// <summary>What is said about a bar.</summary>
internal enum Verdict
{
    /// <summary>The median reaches the bar.</summary>
    Reached,

    /// <summary>The median misses it, but not with confidence, or not by more than the margin.</summary>
    Ambiguous,

    /// <summary>Missed by more than the margin, with confidence, among all bars of the run.</summary>
    Slow,

    /// <summary>The machine was too noisy, the sizes too small, or a result wrong: nothing is said.</summary>
    Withheld,
}

/// <summary>A bar and what came of it.</summary>
internal sealed record BarResult(Bar Bar, MedianInterval Value, Verdict Verdict)
{
    /// <summary>As the report has it; null where nothing is said.</summary>
    public bool? Pass => Verdict switch
    {
        Verdict.Reached => true,
        Verdict.Withheld => null,
        _ => false,
    };
}

/// <summary>A case over all launches.</summary>
/// <param name="Description">The case.</param>
/// <param name="Values">Median and interval of each measure.</param>
/// <param name="Bars">Its bars.</param>
/// <param name="LimitNames">The loops that limit it.</param>
/// <param name="Failure">What was wrong with a result, or null.</param>
/// <param name="Tagged">Samples that were set aside.</param>
/// <param name="Count">Samples that count.</param>
internal sealed record CaseResult(
    CaseDescription Description,
    IReadOnlyDictionary<string, MedianInterval> Values,
    IReadOnlyList<BarResult> Bars,
    IReadOnlyList<string> LimitNames,
    string? Failure,
    int Tagged,
    int Count);

/// <summary>Turns launches into results and verdicts.</summary>
internal static class Judgement
{
    /// <summary>What a difference must exceed to be called one.</summary>
    public const double Margin = 0.03;

    private const double Alpha = 0.05;

    /// <summary>The control of all launches.</summary>
    public static NoiseControl Control(IReadOnlyList<LaunchData> launches) => new(
        Bootstrap.Median([.. launches.Select(l =>
            l.Find(LaunchData.ControlA)!.SpeedOver(l.Find(LaunchData.ControlB)!).ToArray())]),
        Margin);

    /// <summary>The results of every case of the first launch.</summary>
    public static IReadOnlyList<CaseResult> Of(IReadOnlyList<LaunchData> launches)
    {
        bool withheld = Control(launches).IsTooNoisy || launches.Any(l => l.InCache);
        var drafts = launches[0].Cases.Select(c => Draft(c, launches)).ToList();
        (int Case, BarResult Bar, double P)[] tests =
        [
            .. drafts.SelectMany((d, i) => d.Result.Bars.Select((b, k) => (i, b, d.PValues[k]))),
        ];
        bool[] stands = OrderStatistics.BenjaminiHochberg([.. tests.Select(t => t.P)], Alpha);
        var bars = tests.Select((t, i) => (t.Case, Bar: t.Bar with
        {
            Verdict = withheld || drafts[t.Case].Result.Failure is not null ? Verdict.Withheld
                : t.Bar.Verdict == Verdict.Reached ? Verdict.Reached
                : stands[i] && t.Bar.Verdict == Verdict.Slow ? Verdict.Slow
                : Verdict.Ambiguous,
        })).ToLookup(t => t.Case, t => t.Bar);
        return [.. drafts.Select((d, i) => d.Result with { Bars = [.. bars[i]] })];
    }

    private static (CaseResult Result, double[] PValues) Draft(CaseDescription description, IReadOnlyList<LaunchData> launches)
    {
        Measures[] measures = [.. launches.Select(l => new Measures(description, l))];
        var values = measures[0].Names.ToDictionary(n => n, n => Bootstrap.Median([.. measures.Select(m => m.Of(n))]));
        var bars = new List<BarResult>();
        var pValues = new List<double>();
        foreach (Bar bar in description.Bars.Where(b => values.ContainsKey(b.Measure)))
        {
            (BarResult result, double p) = Test(bar, values[bar.Measure], measures.SelectMany(m => m.Of(bar.Measure)));
            bars.Add(result);
            pValues.Add(p);
        }

        CaseSamples[] samples = [.. launches.Select(l => l.Find(description.Name)!)];
        var result2 = new CaseResult(
            description, values, bars, measures[0].LimitNames(),
            launches.SelectMany(l => l.Samples).Where(s => IsOf(s, description)).Select(s => s.Failure).FirstOrDefault(f => f is not null),
            samples.Sum(s => s.Tagged), samples.Sum(s => s.Valid.Count()));
        return (result2, [.. pValues]);
    }

    /// <summary>A wrong peer has done other work: its ratio is worth nothing either.</summary>
    private static bool IsOf(CaseSamples samples, CaseDescription description) =>
        samples.Name == description.Name || samples.Name.StartsWith(description.Name + "~", StringComparison.Ordinal);

    private static (BarResult Result, double P) Test(Bar bar, MedianInterval value, IEnumerable<double> rounds)
    {
        double threshold = bar.HigherIsBetter ? bar.Reach * (1 - Margin) : bar.Reach * (1 + Margin);
        bool reached = bar.HigherIsBetter ? value.Median >= bar.Reach : value.Median <= bar.Reach;
        bool beyond = bar.HigherIsBetter ? value.High < threshold : value.Low > threshold;
        double[] valid = [.. rounds.Where(r => !double.IsNaN(r))];
        int worse = valid.Count(r => bar.HigherIsBetter ? r < threshold : r > threshold);
        double p = OrderStatistics.SignTest(worse, valid.Length);
        return (new BarResult(bar, value, reached ? Verdict.Reached : beyond ? Verdict.Slow : Verdict.Ambiguous), p);
    }
}
