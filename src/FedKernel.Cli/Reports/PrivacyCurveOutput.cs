// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using FedKernel.Instruments.Verbs;
using FedKernel.Training.Data;
using FedKernel.Training.Studies;
using Spectre.Console;

namespace FedKernel.Cli.Reports;

/// <summary>Accuracy over ε beside what is published: a table, a plot, figures in the JSON file.</summary>
internal static class PrivacyCurveOutput
{
    private const double BarEpsilon = 5, Bar = 0.70;

    public static void Write(VerbContext context, PrivacyCurveReport report, ReportFolder folder)
    {
        Dictionary<string, CurvePoint> bars = report.Points.Where(p => p.Epsilon == BarEpsilon)
            .ToDictionary(p => PrivacyCurveReport.NameOf(p) + ".accuracy_mean_of_centres");
        foreach (StudyMeasure m in report.Measures)
        {
            if (bars.ContainsKey(m.Name))
            {
                context.Json.Add(m.Name, m.Value, m.Unit, Bar, "higher", m.Value >= Bar);
            }
            else
            {
                context.Json.Add(m.Name, m.Value, m.Unit);
            }
        }

        string[][] rows = Rows(report);
        Table table = new Table().Border(TableBorder.Rounded).Title("Heart disease, four hospitals: accuracy, mean of centres");
        foreach (string title in rows[0])
        {
            table.AddColumn(new TableColumn(Markup.Escape(title)).RightAligned());
        }

        foreach (string[] row in rows[1..])
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        context.Console.Write(table);
        foreach (string line in Notes(report))
        {
            context.Console.WriteLine(line);
        }

        PrivacyCurvePlot.Save(folder, report);
        folder.WriteText("report.md", Markdown(report, rows));
        context.Console.WriteLine($"Report and plot: {folder.FullPath}");
    }

    private static string[][] Rows(PrivacyCurveReport report)
    {
        IReadOnlyList<CurvePoint> ours = report.Curve(CurveScaling.PublicConstants), likeForLike = report.Curve(CurveScaling.PerCentre);
        return
        [
            ["ε", "accounted ε", "noise multiplier", "public scaling", "FLamby's scaling", "published (FLamby)"],
            .. ours.Zip(likeForLike, (a, b) => (string[])
            [
                double.IsInfinity(a.Epsilon) ? "∞" : a.Epsilon.ToString(CultureInfo.InvariantCulture),
                a.Accounted is { } e ? FormattableString.Invariant($"[{e.Lower:0.0000}, {e.Upper:0.0000}]") : "none",
                a.Accounted is null ? "none" : a.NoiseMultiplier.ToString("0.000", CultureInfo.InvariantCulture),
                Spread(a), Spread(b),
                PublishedHeartPrivacy.At(a.Epsilon)?.ToString() ?? "",
            ]),
        ];
    }

    private static string Spread(CurvePoint p) => FormattableString.Invariant($"{p.Accuracy:0.000} ± {p.Deviation:0.000}");

    private static string[] Notes(PrivacyCurveReport report)
    {
        CurvePoint? first = report.Points.FirstOrDefault(p => p.Accounted is not null);
        string method = first is null ? "none" : first.Accounted!.Value.UpperMethod;
        return
        [
            FormattableString.Invariant(
                $"δ = {report.Delta:0.#e+0}; mean ± standard deviation of {report.Points[0].Runs.Count} trainings; unit: a patient; neighbours: add or remove one; against server and public; accountant: {method}."),
            $"Training: {report.Protocol}.",
            PrivacyCurveReport.NotCovered,
            $"Data: {HeartDiseaseData.Citation}.",
        ];
    }

    private static string Markdown(PrivacyCurveReport report, string[][] rows)
    {
        var text = new StringBuilder("# Heart disease: accuracy over ε\n\n");
        MarkdownTable.Append(text, rows);
        foreach (string line in Notes(report))
        {
            text.Append('\n').Append(line).Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"\nDevice: {report.DeviceName}.\n\n![accuracy over ε](plot.svg)\n");
        return text.ToString();
    }
}
