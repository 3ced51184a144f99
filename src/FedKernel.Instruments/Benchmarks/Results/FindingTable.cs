// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Spectre.Console;

namespace FedKernel.Instruments.Benchmarks.Results;

/// <summary>The numbers that are no times, each beside its bar or the table that it must agree with.</summary>
internal static class FindingTable
{
    private static readonly string[] _heads = ["Kernel", "Number", "Measured", "Bar or table", "Off by", "Verdict"];

    /// <summary>A row for each finding, its heads not among them.</summary>
    public static IReadOnlyList<string[]> Rows(LaunchData launch) =>
    [
        .. launch.Cases.SelectMany(c => launch.Findings.GetValueOrDefault(c.Name, []).Select(f => (c.Title, Finding: f))).Select(r => (string[])
        [
            r.Title,
            r.Finding.Measure.Replace('_', ' '),
            Number(r.Finding.Value),
            string.Join(", ", Bars(r.Finding)),
            r.Finding.Deviation is { } off ? (100 * off).ToString("0.00", CultureInfo.InvariantCulture) + "%" : "",
            r.Finding.Pass switch { true => "PASS", false => "FAIL", null => "" },
        ]),
    ];

    /// <summary>For a terminal; null if nothing was found.</summary>
    public static Table? Create(LaunchData launch)
    {
        IReadOnlyList<string[]> rows = Rows(launch);
        if (rows.Count == 0)
        {
            return null;
        }

        Table table = new Table().Border(TableBorder.Rounded).Title("Errors and sizes, no times").AddColumns(_heads);
        foreach (string[] row in rows)
        {
            string colour = row[^1] == "FAIL" ? "red" : "green";
            table.AddRow([.. row[..^1].Select(c => new Text(c)), new Markup($"[{colour}]{row[^1]}[/]")]);
        }

        return table;
    }

    /// <summary>The same in Markdown; empty if nothing was found.</summary>
    public static string Markdown(LaunchData launch)
    {
        IReadOnlyList<string[]> rows = Rows(launch);
        return rows.Count == 0 ? "" : string.Concat(
            rows.Prepend(["---", "---", "---:", "---:", "---:", "---"]).Prepend(_heads).Select(r => $"| {string.Join(" | ", r)} |\n"));
    }

    private static IEnumerable<string> Bars(Finding finding)
    {
        if (finding.AtMost is { } most)
        {
            yield return $"≤ {Number(most)}";
        }

        if (finding.Table is { } table)
        {
            yield return $"{Number(table)} ± {Finding.Tolerance:0%}";
        }
    }

    private static string Number(double value) => Math.Abs(value) is (>= 1e-3 and < 1e5) or 0
        ? value.ToString("0.######", CultureInfo.InvariantCulture)
        : value.ToString("0.###e-0", CultureInfo.InvariantCulture);
}
