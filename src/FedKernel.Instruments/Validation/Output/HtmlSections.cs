// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace FedKernel.Instruments.Validation.Output;

/// <summary>The parts of the HTML report; each is left out where there is nothing to say.</summary>
internal static class HtmlSections
{
    public static void Machine(StringBuilder html, ValidationReport report)
    {
        html.Append("<h2>Devices</h2><table><tr><th>Id</th><th>Name</th><th>Can do</th><th>Verdict</th></tr>");
        foreach (ValidatedDevice device in report.Devices)
        {
            Verdict worst = device.Results.Select(r => r.Verdict).Where(v => v is not (Verdict.Pass or Verdict.Skip))
                .FirstOrDefault(device.Results.Any(r => r.Verdict == Verdict.Pass) ? Verdict.Pass : Verdict.Skip);
            html.Append($"<tr><td><code>{Text(device.Info.Id)}</code></td><td>{Text(device.Info.Name)}</td><td>{Text(device.Info.Capabilities)}"
                + $"{(device.Refusal is null ? "" : $"<br><span class=\"dim\">{Text(device.Refusal)}</span>")}</td><td>{Tag(worst)}</td></tr>");
        }

        html.Append(CultureInfo.InvariantCulture, $"</table><p class=\"dim\">The machine was slowed (processor taken away, group limit, heat) {100 * report.ThrottledShare:f1}% of the time.</p>");
        Bar(html, report.ThrottledShare, string.Create(CultureInfo.InvariantCulture, $"{100 * report.ThrottledShare:f1}% throttled"));
    }

    public static void Findings(StringBuilder html, ValidationReport report)
    {
        CheckResult[] findings = [.. report.All.Where(r => r.Verdict is not (Verdict.Pass or Verdict.Skip))];
        if (findings.Length == 0)
        {
            return;
        }

        html.Append(CultureInfo.InvariantCulture, $"<h2>Findings ({findings.Length})</h2>");
        foreach (CheckResult f in findings.Take(200))
        {
            html.Append($"<div class=\"finding {f.Verdict.Word()}\"><p>{Tag(f.Verdict)} <b>{Text(f.Device)}</b> · <code>{Text(f.Id)}</code></p><p>{Text(f.Reason)}</p>");
            if (f is { Want: { } want, Got: { } got, Xor: { } xor })
            {
                html.Append($"<p class=\"hex\">expected {Bits(want, xor)}  {want}<br>got      {Bits(got, xor)}  {got}<br>differ   {Bits(xor, xor)}  {xor}</p>");
            }

            if (f.WorstUlp is { } ulp)
            {
                html.Append(CultureInfo.InvariantCulture, $"<p class=\"dim\">worst distance {ulp:g4} ulp, {f.AllowedUlp:g4} allowed</p>");
            }

            html.Append(f.Replay is null ? "</div>" : $"<p class=\"dim\">again: <code>{Text(f.Replay)}</code></p></div>");
        }
    }

    public static void Matrix(StringBuilder html, ValidationReport report)
    {
        ValidatedDevice[] ran = [.. report.Ran];
        string[] areas = [.. ran.SelectMany(d => d.Results).Select(TerminalReport.Area).Distinct()];
        html.Append("<h2>Checks passed of those that ran</h2><table><tr><th>Area</th>");
        html.Append(string.Concat(ran.Select(d => $"<th class=\"n\">{Text(d.Info.Id)}</th>"))).Append("</tr>");
        foreach (string area in areas)
        {
            html.Append($"<tr><td>{Text(area)}</td>");
            foreach (ValidatedDevice device in ran)
            {
                CheckResult[] of = [.. device.Results.Where(r => TerminalReport.Area(r) == area)];
                int passed = of.Count(r => r.Verdict == Verdict.Pass), count = of.Count(r => r.Verdict != Verdict.Skip);
                bool bad = of.Any(r => r.Verdict is not (Verdict.Pass or Verdict.Skip));
                html.Append($"<td class=\"n\">{(count == 0 ? "<span class=\"dim\">skip</span>" : bad ? $"<b style=\"color:var(--bad)\">✗ {passed}/{count}</b>" : $"✓ {passed}/{count}")}</td>");
            }

            html.Append("</tr>");
        }

        html.Append("</table>");
    }

    public static void Coverage(StringBuilder html, ValidationReport report)
    {
        CheckResult[] hunts = [.. report.All.Where(r => r.Facts?.ContainsKey("units_covered") == true)];
        if (hunts.Length == 0)
        {
            return;
        }

        html.Append("<h2>Processors and units that computed under watch</h2>");
        foreach (CheckResult hunt in hunts)
        {
            string covered = hunt.Facts!["units_covered"];
            html.Append(CultureInfo.InvariantCulture, $"<p><b>{Text(hunt.Device)}</b> {Tag(hunt.Verdict)} <span class=\"dim\">{hunt.WorkDone:n0} values; {Text(hunt.Strength)}</span></p>");
            if (!hunt.Facts.TryGetValue("units_present", out string? present))
            {
                html.Append($"<p class=\"dim\">units: {Text(covered)}</p>");
                continue;
            }

            HashSet<string> inside = [.. covered.Split(' ')];
            html.Append("<div class=\"units\">");
            for (int u = 0; u < Math.Min(int.Parse(present, CultureInfo.InvariantCulture), 2048); u++)
            {
                string number = u.ToString(CultureInfo.InvariantCulture);
                html.Append($"<div class=\"unit{(inside.Contains(number) ? "" : " out")}\">{number}</div>");
            }

            html.Append("</div>");
        }
    }

    public static void Speed(StringBuilder html, ValidationReport report)
    {
        CheckResult[] speeds = [.. report.All.Where(r => r.Figures?.Keys.Any(k => k.EndsWith("_share", StringComparison.Ordinal) && k != "throttled_share") == true)];
        if (speeds.Length == 0)
        {
            return;
        }

        html.Append("<h2>Speed against the limit measured in the same run</h2><table>");
        foreach (CheckResult speed in speeds)
        {
            foreach ((string name, double share) in speed.Figures!.Where(f => f.Key.EndsWith("_share", StringComparison.Ordinal) && f.Key != "throttled_share"))
            {
                string kernel = name[..^"_share".Length];
                html.Append($"<tr><td>{Text(speed.Device)}</td><td><code>{Text(kernel)}</code></td><td>");
                Bar(html, share, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{100 * share:f0}%: {speed.Figures!.GetValueOrDefault(kernel + "_gbs"):f1} of {speed.Figures!.GetValueOrDefault(kernel + "_limit_gbs"):f1} GB/s"));
                html.Append("</td></tr>");
            }
        }

        html.Append("</table>");
    }

    public static void Randomness(StringBuilder html, ValidationReport report)
    {
        CheckResult[] streams = [.. report.All.Where(r => r.Id.StartsWith("random.", StringComparison.Ordinal) && r.Figures is not null)];
        if (streams.Length == 0)
        {
            return;
        }

        html.Append("<h2>Random streams (p-values; below 1e-10 is wrong)</h2><table><tr><th>Device</th><th>Stream</th>");
        string[] tests = [.. streams[0].Figures!.Keys];
        html.Append(string.Concat(tests.Select(t => $"<th class=\"n\">{Text(t.Replace('_', ' '))}</th>"))).Append("</tr>");
        foreach (CheckResult s in streams)
        {
            html.Append($"<tr><td>{Text(s.Device)}</td><td>{Text(s.Id["random.".Length..])}</td>");
            foreach (string test in tests)
            {
                html.Append(CultureInfo.InvariantCulture, $"<td class=\"n\">{s.Figures!.GetValueOrDefault(test):g3}</td>");
            }

            html.Append("</tr>");
        }

        html.Append("</table>");
    }

    public static void Skipped(StringBuilder html, ValidationReport report)
    {
        foreach (IGrouping<string?, CheckResult> group in report.All.Where(r => r.Verdict == Verdict.Skip).GroupBy(r => r.Reason))
        {
            if (group.Key == report.All.First(r => r.Verdict == Verdict.Skip).Reason)
            {
                html.Append("<h2>Not run</h2><table>");
            }

            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"n\">{group.Count()}</td><td>{Text(group.Key)}<br><span class=\"dim\">{Text(string.Join(", ", group.Select(r => $"{r.Device} {r.Id}").Take(12)))}{(group.Count() > 12 ? " …" : "")}</span></td></tr>");
        }

        html.Append(report.All.Any(r => r.Verdict == Verdict.Skip) ? "</table>" : "");
    }

    public static void Everything(StringBuilder html, ValidationReport report)
    {
        html.Append("<details><summary>Every check</summary><table><tr><th>Device</th><th>Check</th><th>Verdict</th><th class=\"n\">Work</th><th class=\"n\">ulp</th><th>SHA-256</th><th class=\"n\">s</th></tr>");
        foreach (CheckResult r in report.All)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(r.Device)}</td><td><code>{Text(r.Id)}</code></td><td>{Tag(r.Verdict)}</td><td class=\"n\">{r.WorkDone:n0} {Text(r.Unit)}</td><td class=\"n\">{r.WorstUlp:g3}</td><td><code>{Text(r.Sha256?[..12])}</code></td><td class=\"n\">{r.Seconds:f2}</td></tr>");
        }

        html.Append("</table></details>");
    }

    private static string Text(string? text) => HtmlOutput.Text(text);

    private static string Tag(Verdict verdict) => $"<span class=\"tag {verdict.Word()}\">{verdict.Word()}</span>";

    private static void Bar(StringBuilder html, double share, string label) => html.Append(
        CultureInfo.InvariantCulture, $"<div class=\"bar\"><i style=\"width:{100 * Math.Clamp(share, 0, 1):f1}%\"></i><b{(share < 0.4 ? " class=\"low\"" : "")}>{Text(label)}</b></div>");

    /// <summary>The bits of a hex word, those that differ marked.</summary>
    private static string Bits(string hex, string xor)
    {
        ulong value = Convert.ToUInt64(hex, 16), marks = Convert.ToUInt64(xor, 16);
        var bits = new StringBuilder();
        for (int b = (4 * hex.Length) - 1; b >= 0; b--)
        {
            char bit = (value >> b & 1) == 1 ? '1' : '0';
            bits.Append((marks >> b & 1) == 1 ? $"<span class=\"flip\">{bit}</span>" : bit);
            bits.Append(b % 8 == 0 && b > 0 ? " " : "");
        }

        return bits.ToString();
    }
}
