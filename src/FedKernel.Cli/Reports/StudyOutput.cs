// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using FedKernel.Instruments.Verbs;
using FedKernel.Training.Studies;
using Spectre.Console;

namespace FedKernel.Cli.Reports;

/// <summary>A study on the terminal, in the JSON file, and in the report's folder.</summary>
internal static class StudyOutput
{
    private static readonly (TrainingMode Mode, bool IsPrivate, string Title)[] _columns =
    [
        (TrainingMode.Federated, false, "federated"),
        (TrainingMode.Pooled, false, "pooled"),
        (TrainingMode.LocalOnly, false, "local only"),
        (TrainingMode.Federated, true, "federated, DP"),
        (TrainingMode.Pooled, true, "pooled, DP"),
        (TrainingMode.LocalOnly, true, "local only, DP"),
    ];

    public static void Write(VerbContext context, StudyReport report, ReportFolder folder)
    {
        foreach (StudyMeasure measure in report.Measures)
        {
            context.Json.Add(measure.Name, measure.Value, measure.Unit);
        }

        string[][] rows = Rows(report);
        Table table = new Table().Border(TableBorder.Rounded).Title("Accuracy on each hospital's own test patients");
        foreach (string title in rows[0])
        {
            table.AddColumn(new TableColumn(Markup.Escape(title)).RightAligned());
        }

        foreach (string[] row in rows[1..])
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        context.Console.Write(table);
        string privacy = report.IsPrivate
            ? $"Privacy of the DP columns: {report.Method(TrainingMode.Federated, true).Privacy!.Text}"
            : "No model here is private.";
        context.Console.WriteLine(privacy);
        context.Console.WriteLine($"Data: {report.Citation}.");
        Save(report, rows, privacy, folder);
        context.Console.WriteLine($"Report, plot and models: {folder.FullPath}");
    }

    private static string[][] Rows(StudyReport report)
    {
        string Accuracy(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
        var columns = _columns.Where(c => report.IsPrivate || !c.IsPrivate).ToArray();
        MethodReport[] methods = [.. columns.Select(c => report.Method(c.Mode, c.IsPrivate))];
        string[] header = ["hospital", "train", "test", "positive", .. columns.Select(c => c.Title)];
        IEnumerable<string[]> hospitals = report.Hospitals.Select((h, k) => (string[])
        [
            h.Name, $"{h.TrainCount}", $"{h.TestCount}", h.PositiveShare.ToString("0 %", CultureInfo.InvariantCulture),
            .. methods.Select(m => Accuracy(m.PerHospital[k].Accuracy)),
        ]);
        string train = $"{report.Hospitals.Sum(h => h.TrainCount)}", test = $"{report.Hospitals.Sum(h => h.TestCount)}";
        return
        [
            header,
            .. hospitals,
            ["mean of hospitals", train, test, "", .. methods.Select(m => Accuracy(m.MeanAccuracy))],
            ["all patients", train, test, "", .. methods.Select(m => Accuracy(m.EveryoneAccuracy))],
        ];
    }

    private static void Save(StudyReport report, string[][] rows, string privacy, ReportFolder folder)
    {
        MethodReport federated = report.Method(TrainingMode.Federated, false);
        MethodReport? federatedPrivate = report.IsPrivate ? report.Method(TrainingMode.Federated, true) : null;
        Curve[] privateCurve = federatedPrivate is null ? [] : [new Curve("federated, DP", [.. federatedPrivate.History.Select(r => r.MeanAccuracy)])];
        StudyPlot.Save(
            folder,
            $"{report.Name}: {report.Hospitals.Count} hospitals",
            [
                new Curve("federated", [.. federated.History.Select(r => r.MeanAccuracy)]),
                .. privateCurve,
                new Curve("pooled", [report.Method(TrainingMode.Pooled, false).MeanAccuracy]),
                new Curve("local only", [report.Method(TrainingMode.LocalOnly, false).MeanAccuracy]),
            ],
            federatedPrivate is null ? null : new Curve("ε spent (right axis)", [.. federatedPrivate.History.Select(r => r.Epsilon?.Upper ?? 0)]));
        folder.WriteModel("model.safetensors", report.Layout, report.Model, report.Name);
        folder.WriteReceipts("receipts.jsonl", federated.History);
        if (federatedPrivate is not null)
        {
            folder.WriteModel("model-private.safetensors", report.Layout, report.PrivateModel!, report.Name);
            folder.WriteReceipts("receipts-private.jsonl", federatedPrivate.History);
        }

        folder.WriteText("report.md", Markdown(report, rows, privacy));
    }

    private static string Markdown(StudyReport report, string[][] rows, string privacy)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Study {report.Name}\n\nData: {report.Citation}.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Device: {report.DeviceName}. Seed: {report.Seed}.\n\nProtocol: {report.Protocol}.\n\n");
        text.Append("Accuracy on each hospital's own test patients:\n\n");
        MarkdownTable.Append(text, rows);
        text.Append(CultureInfo.InvariantCulture, $"\n{privacy}\n\n![accuracy and privacy](plot.svg)\n\n");
        text.Append(report.IsPrivate
            ? "Models: model.safetensors, model-private.safetensors. Receipts of the rounds: receipts.jsonl, receipts-private.jsonl.\n"
            : "Model: model.safetensors. Receipts of the rounds: receipts.jsonl.\n");
        text.Append("\nFeatures are scaled by public constants, (x − centre) / scale; the models expect them so.\n");
        return text.ToString();
    }
}
