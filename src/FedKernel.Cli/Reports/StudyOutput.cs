// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using FedKernel.Instruments.Reports;
using FedKernel.Instruments.Verbs;
using FedKernel.Privacy;
using FedKernel.Training.Federation;
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

    public static void Write(VerbContext context, StudyReport report, ReportFolder folder, IReadOnlyList<string> ledgers)
    {
        foreach (StudyMeasure measure in report.Measures)
        {
            context.Json.Add(measure.Name, measure.Value, measure.Unit);
        }

        AddRounds(context.Json, report);
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
        privacy += Accounts(ledgers, report);
        context.Console.WriteLine(privacy);
        context.Console.WriteLine($"Data: {report.Citation}.");
        Save(report, rows, privacy, folder);
        context.Console.WriteLine($"Report, plot and models: {folder.FullPath}");
    }

    /// <summary>What had been spent after each round.</summary>
    private static void AddRounds(JsonReport json, StudyReport report)
    {
        foreach (RoundRecord round in report.IsPrivate ? report.Method(TrainingMode.Federated, true).History : [])
        {
            if (round.Epsilon is { } spent)
            {
                json.AddRecord(
                    $"{report.Name}.fedavg_dp.epsilon_after_round",
                    spent.Upper,
                    "nat",
                    [("round", round.Round), ("lower", spent.Lower), ("accuracy", round.MeanAccuracy), ("clipping_bound", round.ClippingBound ?? double.NaN)]);
            }
        }
    }

    private static string Accounts(IReadOnlyList<string> ledgers, StudyReport report)
    {
        if (ledgers.Count == 0 || report.Method(TrainingMode.Federated, true).History[^1].Epsilon is not { } spent)
        {
            return "";
        }

        string largest = ledgers.Count == 1 ? "" : "at most, for each patient is in one hospital and in one ledger: ";
        return string.Create(
            CultureInfo.InvariantCulture,
            $" The ledger says what was spent in this run and all before, {largest}ε in [{spent.Lower:0.####}, {spent.Upper:0.####}]: {string.Join(", ", ledgers.Select(Path.GetFileName))}.");
    }

    private static string[][] Rows(StudyReport report)
    {
        string Accuracy(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
        var columns = _columns.Where(c => report.Has(c.Mode, c.IsPrivate)).ToArray();
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
        MethodReport? federated = report.Has(TrainingMode.Federated, false) ? report.Method(TrainingMode.Federated, false) : null;
        MethodReport? federatedPrivate = report.IsPrivate ? report.Method(TrainingMode.Federated, true) : null;
        var curves = new List<Curve>();
        if (federated is not null)
        {
            curves.Add(new Curve("federated", [.. federated.History.Select(r => r.MeanAccuracy)]));
            folder.WriteModel("model.safetensors", report.Layout, report.Model!, report.Name);
            folder.WriteReceipts("receipts.jsonl", federated.History);
        }

        if (federatedPrivate is not null)
        {
            curves.Add(new Curve("federated, DP", [.. federatedPrivate.History.Select(r => r.MeanAccuracy)]));
            folder.WriteModel("model-private.safetensors", report.Layout, report.PrivateModel!, report.Name);
            if (HidesPatients(report))
            {
                folder.WriteReceipts("receipts-private.jsonl", federatedPrivate.History);
            }
        }

        if (federated is not null)
        {
            curves.Add(new Curve("pooled", [report.Method(TrainingMode.Pooled, false).MeanAccuracy]));
            curves.Add(new Curve("local only", [report.Method(TrainingMode.LocalOnly, false).MeanAccuracy]));
        }

        StudyPlot.Save(
            folder,
            $"{report.Name}: {report.Hospitals.Count} hospitals",
            curves,
            federatedPrivate is null ? null : new Curve("ε spent (right axis)", [.. federatedPrivate.History.Select(r => r.Epsilon?.Upper ?? 0)]));
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
        if (report.IsPrivate)
        {
            AppendRounds(text, report.Method(TrainingMode.Federated, true).History);
        }

        text.Append(CultureInfo.InvariantCulture, $"Models: {Files(report, "model.safetensors", "model-private.safetensors", true)}. ");
        text.Append(CultureInfo.InvariantCulture, $"Receipts of the rounds: {Files(report, "receipts.jsonl", "receipts-private.jsonl", HidesPatients(report))}.\n");
        if (report.StopReason is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nThe training ended early. {report.StopReason}\n");
        }

        text.Append("\nFeatures are scaled by public constants, (x − centre) / scale; the models expect them so.\n");
        return text.ToString();
    }

    private static void AppendRounds(StringBuilder text, IReadOnlyList<RoundRecord> history)
    {
        text.Append("Spent after each round of the federated DP model:\n\n");
        string Number(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";
        MarkdownTable.Append(text,
        [
            ["round", "ε, lower", "ε, upper", "accuracy", "clipped at"],
            .. history.Select(r => (string[])[$"{r.Round}", Number(r.Epsilon?.Lower), Number(r.Epsilon?.Upper), Number(r.MeanAccuracy), Number(r.ClippingBound)]),
        ]);
        text.Append('\n');
    }

    /// <summary>Receipts name who came and hash what they sent: where whole clients are hidden they stay with the server.</summary>
    private static bool HidesPatients(StudyReport report) =>
        report.IsPrivate && report.Method(TrainingMode.Federated, true).Privacy!.Unit != PrivacyUnit.Client;

    private static string Files(StudyReport report, string plain, string hidden, bool hiddenToo)
    {
        string[] files = [.. report.Model is null ? [] : (string[])[plain], .. report.IsPrivate && hiddenToo ? [hidden] : (string[])[]];
        return files.Length == 0 ? "none" : string.Join(", ", files);
    }
}
