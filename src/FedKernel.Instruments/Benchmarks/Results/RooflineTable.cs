// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Instruments.Benchmarks.Timing;
using Spectre.Console;

namespace FedKernel.Instruments.Benchmarks.Results;

/// <summary>The table that a person reads: each kernel against the limit of the machine and against its peers.</summary>
internal static class RooflineTable
{
    public static Table Create(IReadOnlyList<CaseResult> results)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("Medians; in brackets the interval of 95%");
        table.AddColumns("Kernel", "B/elem", "Time", "GB/s", "M elem/s", "Share of limit", "Limit", "Against peers", "Bar", "Verdict");
        for (int c = 1; c <= 5; c++)
        {
            table.Columns[c].RightAligned();
        }

        foreach (CaseResult result in results)
        {
            table.AddRow(
                new Text(result.Description.Title),
                new Text(result.Description.BytesPerElement == 0 ? "" : Number(result.Description.BytesPerElement)),
                new Text(Time(result.Values["seconds"].Median)),
                new Text(Optional(result, "gbps", v => Number(v.Median))),
                new Text(Optional(result, "melements_per_s", v => Number(v.Median))),
                new Text(Optional(result, "share_of_limit", v => $"{Percent(v.Median)} [{Percent(v.Low)} {Percent(v.High)}]")),
                new Text(string.Join(" + ", result.LimitNames.Distinct().Select(n => n.Replace("limit.", "", StringComparison.Ordinal)))),
                new Text(string.Join(", ", Ratios(result))),
                new Text(string.Join('\n', result.Bars.Select(Describe))),
                new Markup(string.Join('\n', Verdicts(result))));
        }

        return table;
    }

    /// <summary>What is measured of the machine itself.</summary>
    public static string Limits(LaunchData launch) => "Limits, GB/s: " + string.Join(", ", launch.Limits.Select(l =>
        $"{l.Name.Replace("limit.", "", StringComparison.Ordinal)} {Number(l.BytesMoved / launch.Find(l.Name)!.Median().Median / 1e9)}"));

    /// <summary>The rows where a peer wins or a bar is missed: the line that a benchmark owes its reader.</summary>
    public static string WhereWeLose(IReadOnlyList<CaseResult> results)
    {
        string[] losses =
        [
            .. results.SelectMany(r => r.Values.Where(v => v.Key.StartsWith("over.", StringComparison.Ordinal) && v.Value.Median < 1)
                .Select(v => $"{r.Description.Title}: {v.Key[5..]} takes {Number(v.Value.Median)} of our time")),
            .. results.SelectMany(r => r.Bars.Where(b => b.Verdict is Verdict.Slow or Verdict.Ambiguous)
                .Select(b => $"{r.Description.Title}: {Describe(b)} is missed with {Value(b.Bar.Measure, b.Value.Median)}")),
        ];
        return losses.Length == 0 ? "Where we lose: in no row of this run." : "Where we lose: " + string.Join("; ", losses) + ".";
    }

    /// <summary>Peers that computed something else, whose times are therefore no comparison; empty if there is none.</summary>
    public static string WrongPeers(IReadOnlyList<CaseResult> results)
    {
        string[] wrong = [.. results.SelectMany(r => r.PeerFailures)];
        return wrong.Length == 0 ? "" : $"Peers whose result is off: {string.Join("; ", wrong)}.";
    }

    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("f0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("f1", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    public static string Time(double seconds) => seconds switch
    {
        >= 1 => $"{Number(seconds)} s",
        >= 1e-3 => $"{Number(seconds * 1e3)} ms",
        >= 1e-6 => $"{Number(seconds * 1e6)} µs",
        _ => $"{Number(seconds * 1e9)} ns",
    };

    private static IEnumerable<string> Ratios(CaseResult result) => result.Values
        .Where(v => v.Key.StartsWith("over.", StringComparison.Ordinal) || v.Key.StartsWith("time_over.", StringComparison.Ordinal))
        .Select(v => v.Key.StartsWith("over.", StringComparison.Ordinal)
            ? $"{Number(v.Value.Median)}x {v.Key[5..]}"
            : $"{Number(v.Value.Median)} of the time of {v.Key[10..]}");

    public static string Describe(BarResult bar) =>
        $"{bar.Bar.Measure.Replace('_', ' ')} {(bar.Bar.HigherIsBetter ? "≥" : "≤")} {Value(bar.Bar.Measure, bar.Bar.Reach)}";

    public static string Value(string measure, double value) =>
        measure == "seconds" ? Time(value) : measure == "share_of_limit" ? Percent(value) : Number(value);

    private static IEnumerable<string> Verdicts(CaseResult result) => result.Failure is { } failure
        ? [$"[red]WRONG {Markup.Escape(failure)}[/]"]
        : result.Bars.Select(b => b.Verdict switch
        {
            Verdict.Reached => "[green]reached[/]",
            Verdict.Slow => "[red]SLOW[/]",
            Verdict.Ambiguous => "[yellow]AMBG, median misses[/]",
            _ => "withheld",
        });

    private static string Optional(CaseResult result, string measure, Func<MedianInterval, string> text) =>
        result.Values.TryGetValue(measure, out MedianInterval value) ? text(value) : "";

    private static string Percent(double value) =>
        double.IsFinite(value) ? (100 * value).ToString("f0", CultureInfo.InvariantCulture) + "%" : "?";
}
