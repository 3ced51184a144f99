// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using FedKernel.Instruments.Verbs;
using FedKernel.Training.Studies;
using Spectre.Console;

namespace FedKernel.Cli.Reports;

/// <summary>Bytes beside accuracy: a table, figures in the JSON file, every round as CSV, a plot.</summary>
internal static class CompressionOutput
{
    private const double RatioBar = 100, PointsBar = 0.5;

    private static readonly string[] _titles =
        ["study", "updates", "accuracy", "points lost", "uplink, bytes a client and round", "times fewer", "downlink, bytes a client and round"];

    public static void Write(VerbContext context, IReadOnlyList<CompressionReport> reports, ReportFolder folder)
    {
        foreach (CompressionReport report in reports)
        {
            AddMeasures(context, report);
        }

        string[][] rows = [_titles, .. reports.SelectMany(r => r.Arms.Select(a => Row(r, a)))];
        Table table = new Table().Border(TableBorder.Rounded).Title("Test accuracy after the last round, and bytes on the wire");
        foreach (string title in _titles)
        {
            table.AddColumn(new TableColumn(Markup.Escape(title)).RightAligned());
        }

        foreach (string[] row in rows[1..])
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        context.Console.Write(table);
        string[] notes = [.. Notes(reports)];
        foreach (string note in notes)
        {
            context.Console.WriteLine(note);
        }

        var text = new StringBuilder("# Compressed updates: accuracy and bytes\n\n");
        MarkdownTable.Append(text, rows);
        foreach (string note in notes)
        {
            text.Append('\n').Append(note).Append('\n');
        }

        text.Append("\nEvery round of every seed: rounds.csv.\n\n![accuracy over uplink bytes](plot.svg)\n");
        folder.WriteText("report.md", text.ToString());
        folder.WriteText("rounds.csv", RoundsCsv(reports));
        CompressionPlot.Save(folder, reports);
        context.Console.WriteLine($"Report, rounds and plot: {folder.FullPath}");
    }

    private static void AddMeasures(VerbContext context, CompressionReport report)
    {
        foreach (CompressionArm arm in report.Arms)
        {
            string name = $"compression.{report.Name}.{NameOf(arm)}";
            context.Json.AddRecord($"{name}.accuracy", arm.Accuracy, "1", [("deviation", arm.Deviation), ("seeds", arm.Runs.Count)]);
            context.Json.Add($"{name}.uplink_per_client_round", arm.UplinkBytes, "B");
            context.Json.Add($"{name}.downlink_per_client_round", arm.DownlinkBytes, "B");
            if (arm.Name != CompressionArm.Dense)
            {
                double ratio = report.Ratio(arm), lost = report.PointsLost(arm);
                context.Json.Add($"{name}.uplink_ratio", ratio, "1", RatioBar, "higher", ratio >= RatioBar);
                context.Json.Add($"{name}.points_lost", lost, "%", PointsBar, "lower", lost <= PointsBar);
            }

            for (int t = 0; t < arm.Curve.Count; t++)
            {
                int round = t;
                context.Json.AddRecord(
                    $"{name}.accuracy_after_round", arm.Curve[t].Accuracy, "1",
                    [
                        ("round", t + 1),
                        ("uplink_bytes", arm.Runs.Average(r => (double)r.Rounds[round].UplinkBytes)),
                        ("downlink_bytes", arm.Runs.Average(r => (double)r.Rounds[round].DownlinkBytes)),
                        ("client_uplink_bytes_so_far", arm.Curve[t].SentBytes),
                    ]);
            }
        }
    }

    /// <summary>The pipeline's text with '_' for everything but letters and digits.</summary>
    private static string NameOf(CompressionArm arm) => string.Concat(arm.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static string[] Row(CompressionReport report, CompressionArm arm)
    {
        bool dense = arm.Name == CompressionArm.Dense;
        return
        [
            report.Name,
            dense ? "float32, dense" : arm.Name,
            FormattableString.Invariant($"{arm.Accuracy:0.0000}") + (arm.Runs.Count == 1 ? "" : FormattableString.Invariant($" ± {arm.Deviation:0.0000}")),
            dense ? "" : report.PointsLost(arm).ToString("0.00", CultureInfo.InvariantCulture),
            arm.UplinkBytes.ToString("N0", CultureInfo.InvariantCulture),
            dense ? "1" : report.Ratio(arm).ToString("0.0", CultureInfo.InvariantCulture),
            arm.DownlinkBytes.ToString("N0", CultureInfo.InvariantCulture),
        ];
    }

    private static IEnumerable<string> Notes(IReadOnlyList<CompressionReport> reports)
    {
        IReadOnlyList<CompressionRun> runs = reports[0].Arms[0].Runs;
        string over = runs.Count == 1
            ? FormattableString.Invariant($"Seed {runs[0].Seed}, one run: its scatter is not known")
            : FormattableString.Invariant($"Mean ± standard deviation over {runs.Count} seeds from {runs[0].Seed}");
        yield return FormattableString.Invariant(
            $"{over}; a point is a hundredth. Bytes are whole messages, envelope and names included. The downlink is the invitation with the float32 model, which is not compressed here.");
        foreach (CompressionReport report in reports)
        {
            yield return $"{report.Name}: {report.Protocol}. Data: {report.Citation}.";
        }

        yield return "Constants: the same for every way of sending; chosen in a NumPy simulation of both, on the validation part of PneumoniaMNIST and on 1,600 MNIST images of which about a fifth are test images here.";
        yield return $"Device: {reports[0].DeviceName}.";
    }

    private static string RoundsCsv(IReadOnlyList<CompressionReport> reports)
    {
        var text = new StringBuilder("study,updates,seed,round,accuracy,uplink_bytes,downlink_bytes\n");
        foreach (CompressionReport report in reports)
        {
            foreach (CompressionArm arm in report.Arms)
            {
                foreach (CompressionRun run in arm.Runs)
                {
                    for (int t = 0; t < run.Rounds.Count; t++)
                    {
                        (double accuracy, long up, long down) = run.Rounds[t];
                        text.Append(CultureInfo.InvariantCulture, $"{report.Name},\"{arm.Name}\",{run.Seed},{t + 1},{accuracy:0.######},{up},{down}\n");
                    }
                }
            }
        }

        return text.ToString();
    }
}
