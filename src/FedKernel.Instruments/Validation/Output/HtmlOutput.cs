// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace FedKernel.Instruments.Validation.Output;

/// <summary>The report as one HTML file without a single reference: the verdict first, then the evidence. To be sent to a vendor.</summary>
internal static class HtmlOutput
{
    public static string Write(ValidationReport report)
    {
        var html = new StringBuilder();
        string verdict = report.Verdict.Word();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{verdict}: device validation</title><style>{HtmlStyle.Text}</style></head><body><main>
            <header class="{verdict}"><div class="verdict">{verdict}</div><div><h1>Device validation</h1>
            <p>{Text(Sentence(report))}</p></div></header>
            """);
        if (report.Options.Fault is { } fault)
        {
            html.Append($"<p class=\"note\">A fault was injected on purpose: <b>{Text(FaultNames.Word(fault))}</b>. This report shows that it is found; it says nothing about the hardware.</p>");
        }

        HtmlSections.Machine(html, report);
        HtmlSections.Findings(html, report);
        HtmlSections.Matrix(html, report);
        HtmlSections.Coverage(html, report);
        HtmlSections.Speed(html, report);
        HtmlSections.Randomness(html, report);
        HtmlSections.Skipped(html, report);
        HtmlSections.Everything(html, report);
        html.Append(CultureInfo.InvariantCulture, $"<footer>FedKernel {Text(Version())} · .NET {Environment.Version} · schema {JsonOutput.SchemaVersion}</footer></main></body></html>\n");
        return html.ToString();
    }

    public static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");

    private static string Sentence(ValidationReport report)
    {
        int passed = report.All.Count(r => r.Verdict == Verdict.Pass), bad = report.All.Count(r => r.Verdict is not (Verdict.Pass or Verdict.Skip));
        int skipped = report.All.Count(r => r.Verdict == Verdict.Skip);
        long values = report.Devices.Sum(d => d.Results.Where(r => r.Unit == "values").Sum(r => r.WorkDone));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{passed} checks passed, {bad} did not, {skipped} were skipped; {values:n0} values were compared with references on the host in {report.Seconds:f1} s. Level {report.Options.Level.ToString().ToLowerInvariant()}, seed {report.Options.Seed}, {RuntimeInformation.OSDescription}.");
    }

    private static string Version() => typeof(HtmlOutput).Assembly.GetName().Version?.ToString(3) ?? "";
}
