// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Instruments.Reports;

namespace FedKernel.Instruments.Benchmarks.Results;

/// <summary>Results by the names <c>bench.DEVICE.CASE.MEASURE</c>, with reach, better and pass where there is a bar.</summary>
internal static class BenchJson
{
    private static readonly Dictionary<string, string> _units = new()
    {
        ["seconds"] = "s",
        ["gbps"] = "GB/s",
        ["melements_per_s"] = "10^6/s",
    };

    public static void Add(
        JsonReport json, IReadOnlyList<LaunchData> launches, IReadOnlyList<CaseResult> results, NoiseControl control)
    {
        string prefix = $"bench.{launches[0].DeviceId}";
        json.Add($"{prefix}.control.ratio", control.Ratio.Median, "1");
        json.Add($"{prefix}.control.half_width", control.Ratio.RelativeHalfWidth, "1", control.Margin, "lower", !control.IsTooNoisy);
        json.Add($"{prefix}.machine.others_load", launches.Max(l => l.OthersLoad), "cores");
        json.Add($"{prefix}.machine.launches", launches.Count, "1");
        foreach (LimitDescription limit in launches[0].Limits)
        {
            MedianInterval seconds = Bootstrap.Median([.. launches.Select(l => l.Find(limit.Name)!.Seconds)]);
            json.Add($"{prefix}.{limit.Name}.gbps", limit.BytesMoved / seconds.Median / 1e9, "GB/s");
        }

        foreach (CaseResult result in results)
        {
            string name = $"{prefix}.{result.Description.Name}";
            foreach ((string measure, MedianInterval value) in result.Values)
            {
                BarResult? bar = result.Bars.FirstOrDefault(b => b.Bar.Measure == measure);
                json.Add(
                    $"{name}.{measure}", value.Median, _units.GetValueOrDefault(measure, "1"), bar?.Bar.Reach,
                    bar is null ? null : bar.Bar.HigherIsBetter ? "higher" : "lower", bar?.Pass);
                json.Add($"{name}.{measure}.low", value.Low, _units.GetValueOrDefault(measure, "1"));
                json.Add($"{name}.{measure}.high", value.High, _units.GetValueOrDefault(measure, "1"));
            }

            json.Add($"{name}.elements", result.Description.Elements, "1");
            json.Add($"{name}.samples", result.Count, "1");
            json.Add($"{name}.tagged", result.Tagged, "1");
            foreach (Finding finding in launches[0].Findings.GetValueOrDefault(result.Description.Name, []))
            {
                Add(json, $"{name}.{finding.Measure}", finding);
            }
        }
    }

    private static void Add(JsonReport json, string name, Finding finding)
    {
        json.Add(
            name, finding.Value, finding.Unit, finding.AtMost, finding.AtMost is null ? null : "lower",
            finding.AtMost is { } most ? finding.Value <= most : null);
        if (finding is { Table: { } table, Deviation: { } deviation })
        {
            json.Add($"{name}.table", table, finding.Unit);
            json.Add($"{name}.deviation", deviation, "1", Finding.Tolerance, "lower", deviation <= Finding.Tolerance);
        }
    }
}
