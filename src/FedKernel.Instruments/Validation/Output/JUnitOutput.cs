// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Xml.Linq;

namespace FedKernel.Instruments.Validation.Output;

/// <summary>JUnit XML: a suite for each device. Only a wrong result is a failure; what could not be told is an error.</summary>
internal static class JUnitOutput
{
    public static string Write(ValidationReport report)
    {
        IEnumerable<(string Name, IReadOnlyList<CheckResult> Results)> suites =
        [
            ("host", report.Host),
            .. report.Devices.Select(d => (d.Info.Id, d.Results)),
        ];
        var root = new XElement("testsuites", new XAttribute("name", "fedkernel validate"), suites.Select(s => Suite(s.Name, s.Results)));
        return new XDeclaration("1.0", "utf-8", null) + Environment.NewLine + root + Environment.NewLine;
    }

    private static XElement Suite(string name, IReadOnlyList<CheckResult> results) => new(
        "testsuite",
        new XAttribute("name", name),
        new XAttribute("tests", results.Count),
        new XAttribute("failures", results.Count(r => Element(r.Verdict) == "failure")),
        new XAttribute("errors", results.Count(r => Element(r.Verdict) == "error")),
        new XAttribute("skipped", results.Count(r => Element(r.Verdict) == "skipped")),
        results.Select(r => Case(name, r)));

    private static XElement Case(string suite, CheckResult result)
    {
        var element = new XElement(
            "testcase",
            new XAttribute("classname", $"fedkernel.{suite}"),
            new XAttribute("name", result.Id),
            new XAttribute("time", result.Seconds.ToString("f3", CultureInfo.InvariantCulture)));
        if (Element(result.Verdict) is { } kind)
        {
            element.Add(new XElement(kind, new XAttribute("message", $"{result.Verdict.Word()}: {result.Reason}")));
        }

        if (result.Replay is not null)
        {
            element.Add(new XElement("system-out", result.Replay));
        }

        return element;
    }

    private static string? Element(Verdict verdict) => verdict switch
    {
        Verdict.Pass => null,
        Verdict.Skip => "skipped",
        Verdict.Fail or Verdict.Perf => "failure",
        _ => "error",
    };
}
