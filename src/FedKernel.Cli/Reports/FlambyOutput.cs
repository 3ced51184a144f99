// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using FedKernel.Instruments.Verbs;
using FedKernel.Training.Data;
using FedKernel.Training.Studies;
using Spectre.Console;

namespace FedKernel.Cli.Reports;

/// <summary>The published heart-disease protocol beside its published figures.</summary>
internal static class FlambyOutput
{
    // FLamby's results for seeds 42 to 46: mean and what "lands" means: one standard deviation, or ±0.01 for pooled training.
    private static readonly Dictionary<string, (double Mean, double Within)> _published = new()
    {
        ["heart.fedavg.accuracy_mean_of_centres"] = (0.6850, 0.0253),
        ["heart.fedavg.accuracy_pooled_test"] = (0.7480, 0.0240),
        ["heart.pooled.accuracy_mean_of_centres"] = (0.7353, 0.01),
        ["heart.pooled.accuracy_pooled_test"] = (0.7953, 0.01),
    };

    public static void Write(VerbContext context, FlambyReport report, ReportFolder folder)
    {
        string[][] rows = Rows(report);
        Table table = new Table().Border(TableBorder.Rounded)
            .Title($"FLamby's heart-disease protocol, accuracy, mean of {report.Seeds.Count} seeds");
        foreach (string title in rows[0])
        {
            table.AddColumn(new TableColumn(Markup.Escape(title)).RightAligned());
        }

        foreach (string[] row in rows[1..])
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        context.Console.Write(table);
        foreach (StudyMeasure measure in report.Measures)
        {
            (double mean, double within) = _published[measure.Name];
            double distance = Math.Abs(measure.Value - mean);
            context.Json.Add(measure.Name, measure.Value, measure.Unit);
            context.Json.Add(measure.Name + "_distance_to_published", distance, "1", within, "lower", distance <= within);
            context.Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{measure.Name} {measure.Value:0.0000}, published {mean:0.0000} ± {within:0.0000}: {(distance <= within ? "lands" : "MISSES")}"));
        }

        context.Console.WriteLine("No privacy: the protocol scales by the patients' own figures. With privacy: --protocol clinical.");
        context.Console.WriteLine($"Data: {HeartDiseaseData.Citation}.");
        Save(report, rows, folder);
        context.Console.WriteLine($"Report, plot and model: {folder.FullPath}");
    }

    private static string[][] Rows(FlambyReport report)
    {
        string[] Row(string name, Func<FlambySeedReport, FlambyScores> scores) =>
        [
            name,
            .. report.CentreNames.Select((_, c) => Spread(report, s => scores(s).PerCentre[c].Accuracy)),
            Spread(report, s => scores(s).MeanOfCentres),
            Spread(report, s => scores(s).PooledTest.Accuracy),
        ];
        return
        [
            ["trained", .. report.CentreNames, "mean of centres", "pooled test"],
            Row("federated (FedAvg)", s => s.FedAvg),
            Row("pooled", s => s.Pooled),
            .. report.CentreNames.Select((name, c) => Row($"{name} alone", s => s.Local[c])),
        ];
    }

    private static string Spread(FlambyReport report, Func<FlambySeedReport, double> value)
    {
        double mean = report.Seeds.Average(value);
        double deviation = Math.Sqrt(report.Seeds.Average(s => Math.Pow(value(s) - mean, 2)));
        return string.Create(CultureInfo.InvariantCulture, $"{mean:0.000} ± {deviation:0.000}");
    }

    private static void Save(FlambyReport report, string[][] rows, ReportFolder folder)
    {
        FlambySeedReport first = report.Seeds[0];
        StudyPlot.Save(
            folder,
            $"heart, FLamby's protocol, {report.Seeds.Count} seeds",
            [
                new Curve("federated", [.. Enumerable.Range(0, first.History.Count)
                    .Select(r => report.Seeds.Average(s => s.History[r].Evaluations.SkipLast(1).Average(e => e.Accuracy)))]),
                new Curve("pooled", [report.Seeds.Average(s => s.Pooled.MeanOfCentres)]),
            ],
            epsilon: null);
        folder.WriteModel("model.safetensors", report.Layout, first.Model, "heart, FLamby's protocol");
        folder.WriteReceipts("receipts.jsonl", first.History);
        var text = new StringBuilder("# Study heart, FLamby's protocol\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Data: {HeartDiseaseData.Citation}.\n\nDevice: {report.DeviceName}.\n\n");
        MarkdownTable.Append(text, rows);
        text.Append("\nNo privacy: the protocol scales by the patients' own figures.\n\n![accuracy](plot.svg)\n\n");
        text.Append("Model and receipts are those of the first seed.\n");
        folder.WriteText("report.md", text.ToString());
    }
}
