// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Training.Studies;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace FedKernel.Cli.Reports;

/// <summary>Accuracy over log ε with error bars; what is published; level lines for no privacy.</summary>
internal static class PrivacyCurvePlot
{
    private const int Width = 900, Height = 560;

    /// <summary>Writes the same picture as SVG and PNG.</summary>
    public static void Save(ReportFolder folder, PrivacyCurveReport report)
    {
        using var plot = new Plot();
        Color[] colors = new ScottPlot.Palettes.ColorblindFriendly().Colors;
        (Color ours, Color same, Color published) = (colors[5], colors[2], colors[6]);
        AddCurve(plot, report.Curve(CurveScaling.PublicConstants), "FedKernel, scaled by public constants", ours);
        AddCurve(plot, report.Curve(CurveScaling.PerCentre), "FedKernel, FLamby's own scaling", same);
        AddPublished(plot, report, published);
        double[] epsilons = [.. report.Points.Select(p => p.Epsilon).Where(double.IsFinite).Distinct().Order()];
        plot.Axes.Bottom.TickGenerator = new NumericManual(
            [.. epsilons.Select(Math.Log10)], [.. epsilons.Select(e => e.ToString(CultureInfo.InvariantCulture))]);
        plot.Axes.SetLimitsX(Math.Log10(epsilons[0]) - 0.2, Math.Log10(epsilons[^1]) + 0.3);
        plot.Axes.SetLimitsY(0.5, 0.9);
        plot.Title(FormattableString.Invariant(
            $"Heart disease, four hospitals: accuracy over privacy, δ = {report.Delta:0.#e+0}, {report.Points[0].Runs.Count} trainings a point"));
        plot.XLabel("ε of a patient (less is more private)");
        plot.YLabel("accuracy, mean of centres");
        plot.ShowLegend(Alignment.LowerRight);
        plot.SaveSvg(folder.At("plot.svg"), Width, Height);
        plot.SavePng(folder.At("plot.png"), Width, Height);
    }

    private static void AddCurve(Plot plot, IReadOnlyList<CurvePoint> points, string name, Color color)
    {
        CurvePoint[] finite = [.. points.Where(p => double.IsFinite(p.Epsilon))];
        double[] x = [.. finite.Select(p => Math.Log10(p.Epsilon))], y = [.. finite.Select(p => p.Accuracy)];
        Line(plot, x, y, name, color);
        ErrorBar bars = plot.Add.ErrorBar(x, y, [.. finite.Select(p => p.Deviation)]);
        bars.Color = color;
        bars.LineWidth = 2;
        bars.CapSize = 5;
        if (points.FirstOrDefault(p => double.IsInfinity(p.Epsilon)) is { } without)
        {
            Level(plot, without.Accuracy, color);
        }
    }

    private static void AddPublished(Plot plot, PrivacyCurveReport report, Color color)
    {
        PublishedPoint[] points = [.. PublishedHeartPrivacy.Points.Where(p => report.Points.Any(o => o.Epsilon == p.Epsilon) && double.IsFinite(p.Epsilon))];
        double[] x = [.. points.Select(p => Math.Log10(p.Epsilon))], y = [.. points.Select(p => (p.Low + p.High) / 2)];
        Line(plot, x, y, "published by FLamby (Opacus)", color);
        Level(plot, PublishedHeartPrivacy.NoPrivacy.High, color);
        HorizontalLine legend = plot.Add.HorizontalLine(double.NaN);
        legend.Color = Colors.Gray;
        legend.LinePattern = LinePattern.Dashed;
        legend.LegendText = "each without privacy";
    }

    private static void Line(Plot plot, double[] x, double[] y, string name, Color color)
    {
        Scatter scatter = plot.Add.Scatter(x, y);
        scatter.LegendText = name;
        scatter.Color = color;
        scatter.LineWidth = 2;
        scatter.MarkerSize = 7;
    }

    private static void Level(Plot plot, double accuracy, Color color)
    {
        HorizontalLine line = plot.Add.HorizontalLine(accuracy);
        line.Color = color;
        line.LinePattern = LinePattern.Dashed;
        line.LineWidth = 1;
    }
}
