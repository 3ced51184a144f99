// SPDX-License-Identifier: Apache-2.0
using ScottPlot;
using ScottPlot.Plottables;

namespace FedKernel.Cli.Reports;

/// <summary>A curve over the rounds, or a level line where it has one value.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Values">Value after round 1, 2, …</param>
internal sealed record Curve(string Name, IReadOnlyList<double> Values);

/// <summary>Accuracy over the rounds, and the privacy spent on a second axis.</summary>
internal static class StudyPlot
{
    private const int Width = 900, Height = 520;

    /// <summary>Writes the same picture as SVG and PNG.</summary>
    public static void Save(ReportFolder folder, string title, IReadOnlyList<Curve> accuracies, Curve? epsilon)
    {
        using var plot = new Plot();
        Color[] colors = new ScottPlot.Palettes.ColorblindFriendly().Colors;
        for (int i = 0; i < accuracies.Count; i++)
        {
            Add(plot, accuracies[i], colors[i % colors.Length]);
        }

        if (epsilon is not null)
        {
            Scatter spent = plot.Add.Scatter(Rounds(epsilon.Values.Count), [.. epsilon.Values]);
            spent.LegendText = epsilon.Name;
            spent.Color = Colors.Gray;
            spent.MarkerSize = 3;
            spent.Axes.YAxis = plot.Axes.Right;
            plot.Axes.Right.Label.Text = "privacy spent, ε";
        }

        plot.Title(title);
        plot.XLabel("round");
        plot.YLabel("accuracy, mean of hospitals");
        plot.ShowLegend(Alignment.LowerRight);
        plot.SaveSvg(folder.At("plot.svg"), Width, Height);
        plot.SavePng(folder.At("plot.png"), Width, Height);
    }

    private static void Add(Plot plot, Curve curve, Color color)
    {
        if (curve.Values.Count == 1)
        {
            HorizontalLine line = plot.Add.HorizontalLine(curve.Values[0]);
            line.LegendText = curve.Name;
            line.Color = color.WithAlpha(0.6);
            return;
        }

        Scatter scatter = plot.Add.Scatter(Rounds(curve.Values.Count), [.. curve.Values]);
        scatter.LegendText = curve.Name;
        scatter.Color = color;
        scatter.LineWidth = 2;
        scatter.MarkerSize = 4;
    }

    private static double[] Rounds(int count) => [.. Enumerable.Range(1, count).Select(r => (double)r)];
}
