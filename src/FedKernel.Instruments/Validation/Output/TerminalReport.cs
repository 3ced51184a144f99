// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Spectre.Console;

namespace FedKernel.Instruments.Validation.Output;

/// <summary>The report as a table, the findings below it, and the verdict in the last line.</summary>
internal static class TerminalReport
{
    private const int MostFindings = 12;

    public static void Write(IAnsiConsole console, ValidationReport report)
    {
        console.Write(ToTable(report));
        foreach (ValidatedDevice device in report.Devices)
        {
            string refusal = device.Refusal is null ? "" : ": " + device.Refusal;
            console.WriteLine($"{device.Info.Id}: {device.Info.Name}, {device.Info.Capabilities}{refusal}");
        }

        CheckResult[] findings = [.. report.All.Where(r => r.Verdict is not (Verdict.Pass or Verdict.Skip))];
        foreach (CheckResult result in findings.Take(MostFindings))
        {
            console.WriteLine($"{result.Verdict.Word()} {result.Device} {result.Id}: {result.Reason}");
            if (result.Xor is not null)
            {
                console.WriteLine($"  expected {result.Want}, got {result.Got}, other bits {result.Xor}");
            }

            if (result.Replay is not null)
            {
                console.WriteLine($"  again: {result.Replay}");
            }
        }

        if (findings.Length > MostFindings)
        {
            console.WriteLine($"… and {findings.Length - MostFindings} more findings: see --json or --html");
        }

        foreach (IGrouping<string?, CheckResult> skipped in report.All.Where(r => r.Verdict == Verdict.Skip).GroupBy(r => r.Reason))
        {
            console.WriteLine($"SKIP {skipped.Count()} {(skipped.Count() == 1 ? "check" : "checks")}: {skipped.Key}");
        }

        WriteEnd(console, report);
    }

    private static void WriteEnd(IAnsiConsole console, ValidationReport report)
    {
        long values = report.Devices.Sum(d => d.Results.Where(r => r.Unit == "values").Sum(r => r.WorkDone));
        int passed = report.All.Count(r => r.Verdict == Verdict.Pass), asked = report.All.Count();
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{passed} of {asked} checks passed, {values} values compared in {report.Seconds:f1} s; the machine was slowed {100 * report.ThrottledShare:f1}% of the time."));
        CheckResult? agreement = report.Host.FirstOrDefault(r => r.Id == "determinism.devices");
        int devices = report.Devices.Count(d => d.Results.Any(r => r.Sha256 is not null));
        if (agreement?.Verdict == Verdict.Pass && devices > 1)
        {
            console.WriteLine($"Hashes of {devices} devices: every kernel gives the same bits on all of them.");
        }

        string fault = report.Options.Fault is { } injected ? $" (with the fault '{FaultNames.Word(injected)}' injected)" : "";
        console.WriteLine($"{report.Verdict.Word()}{fault}");
    }

    private static Table ToTable(ValidationReport report)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("Checks passed of those that ran");
        table.AddColumn("Checks");
        ValidatedDevice[] ran = [.. report.Ran];
        foreach (ValidatedDevice device in ran)
        {
            table.AddColumn(new TableColumn(Markup.Escape(device.Info.Id)).RightAligned());
        }

        foreach (string area in ran.SelectMany(d => d.Results).Select(Area).Distinct())
        {
            table.AddRow([Markup.Escape(area), .. ran.Select(d => Cell([.. d.Results.Where(r => Area(r) == area)]))]);
        }

        return table;
    }

    private static string Cell(CheckResult[] results)
    {
        int passed = results.Count(r => r.Verdict == Verdict.Pass), ran = results.Count(r => r.Verdict != Verdict.Skip);
        Verdict worst = results.Select(r => r.Verdict).Where(v => v is not (Verdict.Pass or Verdict.Skip)).FirstOrDefault(Verdict.Pass);
        return ran == 0 ? "[grey]skip[/]" : worst == Verdict.Pass ? $"[green]{passed}/{ran}[/]" : $"[red]{passed}/{ran} {worst.Word()}[/]";
    }

    /// <summary>What a check belongs to: its name up to the first point.</summary>
    internal static string Area(CheckResult result) => result.Id.Split('.')[0];
}
