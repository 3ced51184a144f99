// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Bench.Compare;

/// <summary>The comparison in Markdown: a short table for the README, one with every peer, and where we lose.</summary>
internal static class ComparisonText
{
    /// <summary>Around the table that the README repeats.</summary>
    public const string Begin = "<!-- comparison -->", End = "<!-- /comparison -->";

    public static string Create(
        DeviceInfo device, IReadOnlyList<LaunchData> launches, IReadOnlyList<CaseResult> results, NoiseControl control, string python)
    {
        LaunchData launch = launches[0];
        var text = new StringBuilder();
        double largest = results.Count == 0 ? 0 : results.Max(r => r.Description.Elements);
        text.Append("# FedKernel and its peers\n\n")
            .Append(CultureInfo.InvariantCulture, $"{device.Name}, {device.Capabilities}. {largest:n0} elements a vector. {python}.\n")
            .Append(CultureInfo.InvariantCulture, $"{string.Join("; ", launch.Notes)}. ")
            .Append(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, {launches.Count} launch{(launches.Count == 1 ? "" : "es")}, others used {launches.Max(l => l.OthersLoad):f2} cores. ")
            .Append("Medians of interleaved runs; ")
            .Append(CultureInfo.InvariantCulture, $"the same work against itself: [{control.Ratio.Low:f3}, {control.Ratio.High:f3}].\n\n")
            .Append(Begin).Append('\n');
        AppendShort(text, results);
        text.Append(End).Append("\n\n## Every peer\n\n");
        AppendLong(text, results);
        text.Append("\n## Beside the limits and the bars\n\n");
        AppendBars(text, results);
        if (FindingTable.Markdown(launch) is { Length: > 0 } findings)
        {
            text.Append("\n## Errors and sizes\n\n").Append(findings);
        }

        text.Append('\n').Append(RooflineTable.WhereWeLose(results)).Append('\n');
        if (RooflineTable.WrongPeers(results) is { Length: > 0 } wrong)
        {
            text.Append('\n').Append(wrong).Append('\n');
        }

        foreach ((string name, string reason) in launch.Skipped)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{name}: {reason.TrimEnd('.')}.\n");
        }

        text.Append("\ndp_accounting gives the upper end of ε alone, ours both ends. The NumPy samplers of discrete Gaussian noise work in float64: "
            + "they are neither exact nor constant-time, ours is constant-time and within a proven distance of the exact law.\n");
        text.Append("\nA median of clients has no row: the engine has no such rule yet.\n");
        return text.ToString();
    }

    private static void AppendShort(StringBuilder text, IReadOnlyList<CaseResult> results)
    {
        text.Append("| work | FedKernel | NumPy | PyTorch | .NET, C | fastest |\n|---|---:|---:|---:|---:|---|\n");
        foreach (CaseResult result in results.Where(r => r.Description.Peers.Any(IsPython)))
        {
            double own = result.Values["seconds"].Median;
            (string Name, double Seconds)[] peers = [.. Peers(result)];
            string fastest = peers.Where(p => p.Seconds < own).OrderBy(p => p.Seconds).Select(p => p.Name).FirstOrDefault("FedKernel");
            text.Append(CultureInfo.InvariantCulture, $"| {result.Description.Title} | {RooflineTable.Time(own)} | ")
                .Append(Cell(peers, "numpy")).Append(" | ").Append(Cell(peers, "torch")).Append(" | ")
                .Append(Cell(peers, "")).Append(" | ").Append(fastest.Replace('_', ' ')).Append(" |\n");
        }
    }

    /// <summary>The fastest of a family and how many of our times it takes.</summary>
    private static string Cell((string Name, double Seconds)[] peers, string family)
    {
        (string Name, double Seconds)[] members =
        [
            .. peers.Where(p => family.Length == 0 ? !IsPython(p.Name) : p.Name.StartsWith(family, StringComparison.Ordinal)),
        ];
        return members.Length == 0 ? "–" : RooflineTable.Time(members.Min(m => m.Seconds));
    }

    private static void AppendLong(StringBuilder text, IReadOnlyList<CaseResult> results)
    {
        text.Append("| work | peer | peer's time | FedKernel | FedKernel is faster by | 95% |\n|---|---|---:|---:|---:|---:|\n");
        foreach (CaseResult result in results)
        {
            foreach ((string name, double seconds) in Peers(result))
            {
                MedianInterval ratio = result.Values[$"over.{name}"];
                text.Append(CultureInfo.InvariantCulture, $"| {result.Description.Title} | {name.Replace('_', ' ')} | ")
                    .Append(CultureInfo.InvariantCulture, $"{RooflineTable.Time(seconds)} | {RooflineTable.Time(result.Values["seconds"].Median)} | ")
                    .Append(CultureInfo.InvariantCulture, $"{RooflineTable.Number(ratio.Median)}× | ")
                    .Append(double.IsFinite(ratio.Low) ? $"{RooflineTable.Number(ratio.Low)}–{RooflineTable.Number(ratio.High)}" : "too few").Append(" |\n");
            }

            if (!Peers(result).Any())
            {
                text.Append(CultureInfo.InvariantCulture, $"| {result.Description.Title} | – | – | ")
                    .Append(CultureInfo.InvariantCulture, $"{RooflineTable.Time(result.Values["seconds"].Median)} | – | – |\n");
            }
        }
    }

    private static void AppendBars(StringBuilder text, IReadOnlyList<CaseResult> results)
    {
        text.Append("| work | time | 95% | M elements/s | share of limit | bar | reached | verdict |\n|---|---:|---:|---:|---:|---|---:|---|\n");
        foreach (CaseResult result in results)
        {
            MedianInterval seconds = result.Values["seconds"];
            string start = string.Create(
                CultureInfo.InvariantCulture,
                $"| {result.Description.Title} | {RooflineTable.Time(seconds.Median)} | {(double.IsFinite(seconds.Low) ? $"{RooflineTable.Time(seconds.Low)}–{RooflineTable.Time(seconds.High)}" : "too few")} | {Value(result, "melements_per_s", 1)} | {Value(result, "share_of_limit", 100)} | ");
            foreach (BarResult? bar in result.Bars.DefaultIfEmpty<BarResult?>(null))
            {
                text.Append(start).Append(bar is null ? "– | – | –" : RooflineTable.Describe(bar)
                    + $" | {RooflineTable.Value(bar.Bar.Measure, bar.Value.Median)} | {bar.Verdict.ToString().ToLowerInvariant()}").Append(" |\n");
            }
        }
    }

    private static string Value(CaseResult result, string measure, double factor) =>
        result.Values.TryGetValue(measure, out MedianInterval value) && double.IsFinite(value.Median)
            ? RooflineTable.Number(factor * value.Median) + (factor == 100 ? "%" : "")
            : "–";

    private static IEnumerable<(string Name, double Seconds)> Peers(CaseResult result) => result.Values
        .Where(v => v.Key.StartsWith("over.", StringComparison.Ordinal))
        .Select(v => (v.Key[5..], v.Value.Median * result.Values["seconds"].Median));

    private static bool IsPython(string peer) =>
        peer.StartsWith("numpy", StringComparison.Ordinal) || peer.StartsWith("torch", StringComparison.Ordinal);
}
