// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Reports;

namespace FedKernel.Instruments.Validation.Output;

/// <summary>The report as JSON: the object of every verb, with checks, coverage and verdict beside the plain results.</summary>
internal static class JsonOutput
{
    /// <summary>Version of <c>validate.schema.json</c>: counts up when a field changes its meaning.</summary>
    public const int SchemaVersion = 1;

    public static void Fill(JsonReport json, ValidationReport report)
    {
        foreach (ValidatedDevice device in report.Devices)
        {
            json.AddDevice(device.Info, device.Refusal);
            AddResults(json, device);
        }

        CheckResult[] hashes = [.. report.Devices.SelectMany(d => d.Results).Where(r => IsKernelOf(r, "known_answers"))];
        foreach (IGrouping<string, CheckResult> kernel in hashes.Where(r => r.Sha256 is not null).GroupBy(Kernel))
        {
            int distinct = kernel.Select(r => r.Sha256).Distinct().Count();
            bool bound = kernel.First().AllowedUlp == 0;
            json.Add(
                $"validate.{kernel.Key}.distinct_hashes", distinct, "1",
                bound ? 1 : null, bound ? "lower" : null, bound ? distinct == 1 : null);
        }

        json.AddSection("schema_version", SchemaVersion, ReportJson.Indented);
        json.AddSection("verdict", report.Verdict, ReportJson.Indented);
        json.AddSection("level", report.Options.Level.ToString().ToLowerInvariant(), ReportJson.Indented);
        json.AddSection("seed", report.Options.Seed, ReportJson.Indented);
        json.AddSection("seconds", report.Seconds, ReportJson.Indented);
        json.AddSection("throttled_share", report.ThrottledShare, ReportJson.Indented);
        json.AddSection("interrupted", report.Interrupted, ReportJson.Indented);
        if (report.Options.Fault is { } fault)
        {
            json.AddSection("injected_fault", FaultNames.Word(fault), ReportJson.Indented);
        }

        json.AddSection("checks", report.All, ReportJson.Indented);
    }

    private static void AddResults(JsonReport json, ValidatedDevice device)
    {
        foreach (CheckResult result in device.Results)
        {
            string name = $"validate.{result.Device}.{Kernel(result)}";
            if (IsKernelOf(result, "kernels") && result.WorstUlp is { } worst)
            {
                json.Add($"{name}.worst_ulp", worst, "ulp", result.AllowedUlp, "lower", result.Verdict == Verdict.Pass);
            }

            if (IsKernelOf(result, "known_answers") && result.Sha256 is { } hash)
            {
                json.AddHash($"{name}.sha256", hash);
            }
        }
    }

    private static bool IsKernelOf(CheckResult result, string area) => result.Id.StartsWith(area + ".", StringComparison.Ordinal);

    private static string Kernel(CheckResult result) => result.Id[(result.Id.IndexOf('.', StringComparison.Ordinal) + 1)..];
}
