// SPDX-License-Identifier: Apache-2.0
// ROC curves on logarithmic axes · N. Carlini et al., "Membership inference attacks from first principles", S&P 2022: what matters
// is the left edge, where few are accused. The limit is that of AccountedTradeOff.
using System.Globalization;
using FedKernel.Training.Auditing;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace FedKernel.Cli.Reports;

/// <summary>What each adversary achieved, and what the claim allows.</summary>
internal static class AuditPlot
{
    private const int Width = 900, Height = 620, CurvePoints = 200;

    /// <summary>Writes the picture as SVG.</summary>
    public static void Save(string path, AuditReport report)
    {
        using var plot = new Plot();
        // Further left the curves are drawn by a handful of canaries.
        double least = Math.Min(0.1, 10.0 / report.Attacks[0].Scores.ExcludedCount);
        double[] rates = [.. Enumerable.Range(0, CurvePoints).Select(i => Math.Pow(least, 1 - (i / (CurvePoints - 1.0))))];
        // The palette starts with the black of the limit.
        Color[] colors = [.. new ScottPlot.Palettes.ColorblindFriendly().Colors.Skip(1)];
        for (int i = 0; i < report.Attacks.Count; i++)
        {
            AttackResult attack = report.Attacks[i];
            (double X, double Y)[] seen = [.. rates.Select(r => (r, attack.Scores.TruePositiveRateAt(r))).Where(p => p.Item2 > 0)];
            AddCurve(plot, [.. seen.Select(p => p.X)], [.. seen.Select(p => p.Y)], colors[i % colors.Length], LinePattern.Solid)
                .LegendText = attack.Adversary.Replace('_', ' ');
        }

        Scatter accounted = AddCurve(plot, rates, [.. rates.Select(report.Curve.GreatestTruePositiveRate)], Colors.Black, LinePattern.Solid);
        accounted.LineWidth = 3;
        accounted.LegendText =
            string.Create(CultureInfo.InvariantCulture, $"accounted limit: ε = {report.Accounted.Upper:0.###} at δ = {report.Delta:0.#e+0}");
        AddCurve(plot, rates, rates, Colors.Gray, LinePattern.Dashed).LegendText = "guessing";
        Label(plot, report, least);
        plot.SaveSvg(path, Width, Height);
    }

    private static Scatter AddCurve(Plot plot, double[] x, double[] y, Color color, LinePattern pattern)
    {
        Scatter curve = plot.Add.ScatterLine(Logarithms(x), Logarithms(y), color);
        curve.LineWidth = 2;
        curve.LinePattern = pattern;
        return curve;
    }

    private static double[] Logarithms(double[] values) => [.. values.Select(Math.Log10)];

    private static void Label(Plot plot, AuditReport report, double least)
    {
        NumericAutomatic Decades() => new()
        {
            MinorTickGenerator = new LogMinorTickGenerator(),
            IntegerTicksOnly = true,
            LabelFormatter = v => Math.Pow(10, v).ToString("0.######", CultureInfo.InvariantCulture),
        };
        plot.Axes.Bottom.TickGenerator = Decades();
        plot.Axes.Left.TickGenerator = Decades();
        plot.Axes.SetLimits(Math.Log10(least), 0, Math.Log10(least), 0.05);
        plot.Title(report.IsConsistent
            ? "Canaries found: no attack beyond what is accounted"
            : "Canaries found: more than the accounted privacy allows");
        plot.XLabel("false positives: share of the canaries that were out and are called in");
        plot.YLabel("true positives: share of those in that are called in");
        plot.ShowLegend(Alignment.LowerRight);
    }
}
