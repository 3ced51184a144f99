// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Training.Studies;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace FedKernel.Cli.Reports;

/// <summary>Accuracy over what a client has sent so far, on a logarithmic axis: dense updates dashed, compressed ones solid.</summary>
internal static class CompressionPlot
{
    private const int Width = 960, Height = 560;

    /// <summary>Decades beside the curves.</summary>
    private const double Margin = 0.15;

    private static readonly LinePattern[] _patterns = [LinePattern.Dashed, LinePattern.Solid, LinePattern.Dotted, LinePattern.DenselyDashed];

    /// <summary>Writes the same picture as SVG and PNG.</summary>
    public static void Save(ReportFolder folder, IReadOnlyList<CompressionReport> reports)
    {
        using var plot = new Plot();
        Color[] colors = new ScottPlot.Palettes.ColorblindFriendly().Colors;
        Color[] ofStudies = [colors[5], colors[6], colors[3]];
        for (int s = 0; s < reports.Count; s++)
        {
            for (int a = 0; a < reports[s].Arms.Count; a++)
            {
                Add(plot, reports[s], a, ofStudies[s % ofStudies.Length]);
            }
        }

        (double SentBytes, double Accuracy)[] points = [.. reports.SelectMany(r => r.Arms).SelectMany(a => a.Curve)];
        double least = Math.Log10(points.Min(p => p.SentBytes)) - Margin, greatest = Math.Log10(points.Max(p => p.SentBytes)) + Margin;
        int[] powers = [.. Enumerable.Range(0, 16).Where(p => p > least && p < greatest)];
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. powers.Select(p => (double)p)], [.. powers.Select(BytesText)]);
        plot.Axes.SetLimitsX(least, greatest);
        plot.Axes.SetLimitsY(Math.Floor(points.Min(p => p.Accuracy) * 10) / 10, 1);
        plot.Title(FormattableString.Invariant(
            $"Accuracy over bytes sent: {reports[0].Arms[0].ClientCount} clients, mean of seeds ({reports[0].Arms[0].Runs.Count})"));
        plot.XLabel("bytes that a client has sent so far (logarithmic)");
        plot.YLabel("test accuracy");
        plot.ShowLegend(Edge.Bottom);
        plot.SaveSvg(folder.At("plot.svg"), Width, Height);
        plot.SavePng(folder.At("plot.png"), Width, Height);
    }

    private static void Add(Plot plot, CompressionReport report, int number, Color color)
    {
        CompressionArm arm = report.Arms[number];
        IReadOnlyList<(double SentBytes, double Accuracy)> curve = arm.Curve;
        Scatter scatter = plot.Add.Scatter(curve.Select(p => Math.Log10(p.SentBytes)).ToArray(), curve.Select(p => p.Accuracy).ToArray());
        scatter.LegendText = $"{report.Name}, {(number == 0 ? "float32" : arm.Name)}";
        scatter.Color = color;
        scatter.LineWidth = 2;
        scatter.LinePattern = _patterns[Math.Min(number, _patterns.Length - 1)];
        scatter.MarkerSize = 0;
    }

    private static string BytesText(int power)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        int unit = Math.Clamp(power / 3, 0, units.Length - 1);
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Pow(10, power - (3 * unit)):0} {units[unit]}");
    }
}
