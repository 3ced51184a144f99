// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Cli.Codecs;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace FedKernel.Cli.Reports;

/// <summary>Error over size, both on a logarithmic scale, a labelled point for each codec.</summary>
internal static class CodecPlot
{
    private const int Width = 1100, Height = 760, Left = 90, Right = 25, Bottom = 65, Top = 50;
    private const double FontSize = 13, LeastError = 1e-16, Slack = 6;

    private static readonly (string Name, string[] Words)[] _families =
    [
        ("low rank", ["powersgd"]),
        ("sparse", ["topk", "topklayer", "blocktopk", "threshold", "sampled", "random", "sharedrandom"]),
        ("rotated", ["drive", "eden", "lattice"]),
        ("quantized", []),
    ];

    /// <summary>Draws the codecs that lose something; one without an error has no place on a logarithmic scale.</summary>
    /// <returns>False if there is nothing to draw.</returns>
    public static bool Save(ReportFolder folder, CompressionSubject subject, IReadOnlyList<CodecMeasurement> measurements)
    {
        CodecMeasurement[] shown = [.. measurements.Where(m => m.Error.NormalisedSquared is > LeastError and < double.PositiveInfinity)];
        if (shown.Length == 0)
        {
            return false;
        }

        using var plot = new Plot();
        plot.Layout.Fixed(new PixelPadding(Left, Right, Bottom, Top));
        double[] x = [.. shown.Select(m => Math.Log10(m.BitsPerParameter))], y = [.. shown.Select(m => Math.Log10(m.Error.NormalisedSquared))];
        plot.Axes.SetLimits(x.Min() - 0.15, x.Max() + 0.15, y.Min() - 0.3, y.Max() + 0.4);
        SetTicks(plot, y);
        AddLabels(plot, shown, x, y);
        AddPoints(plot, shown, x, y);
        plot.Title(FormattableString.Invariant($"{subject.Name}, {subject.Layout.Length:N0} values: what a bit buys"));
        plot.XLabel("bits per parameter, frame and checksum included");
        plot.YLabel("normalized mean squared error");
        plot.ShowLegend(Alignment.LowerLeft);
        plot.SaveSvg(folder.At("plot.svg"), Width, Height);
        plot.SavePng(folder.At("plot.png"), Width, Height);
        return true;
    }

    private static void SetTicks(Plot plot, double[] y)
    {
        double[] bits = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8, 16, 32];
        plot.Axes.Bottom.TickGenerator = new NumericManual(
            [.. bits.Select(Math.Log10)], [.. bits.Select(b => b.ToString(CultureInfo.InvariantCulture))]);
        int[] powers = [.. Enumerable.Range((int)Math.Floor(y.Min()) - 1, (int)(Math.Ceiling(y.Max()) - Math.Floor(y.Min())) + 3)];
        plot.Axes.Left.TickGenerator = new NumericManual(
            [.. powers.Select(p => (double)p)], [.. powers.Select(p => Math.Pow(10, p).ToString(p is > -4 and < 4 ? "0.####" : "0e0", CultureInfo.InvariantCulture))]);
    }

    private static void AddPoints(Plot plot, CodecMeasurement[] shown, double[] x, double[] y)
    {
        Color[] colors = new ScottPlot.Palettes.ColorblindFriendly().Colors;
        for (int f = 0; f < _families.Length; f++)
        {
            foreach (bool unbiased in (bool[])[true, false])
            {
                int[] members = [.. Enumerable.Range(0, shown.Length).Where(i => FamilyOf(shown[i].Codec) == f && shown[i].Traits.IsUnbiased == unbiased)];
                if (members.Length > 0)
                {
                    double[] across = [.. members.Select(i => x[i])], up = [.. members.Select(i => y[i])];
                    Scatter scatter = plot.Add.ScatterPoints(across, up);
                    scatter.Color = colors[f == 3 ? 5 : f + 1];
                    scatter.MarkerSize = 9;
                    scatter.MarkerShape = unbiased ? MarkerShape.FilledCircle : MarkerShape.OpenCircle;
                    scatter.MarkerLineWidth = 2;
                    scatter.LegendText = $"{_families[f].Name}, {(unbiased ? "unbiased" : "biased")}";
                }
            }
        }
    }

    private static void AddLabels(Plot plot, CodecMeasurement[] shown, double[] x, double[] y)
    {
        AxisLimits limits = plot.Axes.GetLimits();
        double perX = (Width - Left - Right) / (limits.Right - limits.Left), perY = (Height - Top - Bottom) / (limits.Top - limits.Bottom);
        (double X, double Y)[] points = [.. x.Zip(y, (a, b) => (Left + ((a - limits.Left) * perX), Top + ((limits.Top - b) * perY)))];
        using var paint = Paint.NewDisposablePaint();
        (double, double)[] sizes = [.. shown.Select(m =>
        {
            MeasuredText size = new LabelStyle { Text = m.Codec, FontSize = (float)FontSize }.Measure(m.Codec, paint);
            return ((double)size.Width + Slack, FontSize + 4);
        })];
        LabelBox?[] boxes = LabelPlacement.Place(points, sizes, new LabelBox(Left + 2, Top + 2, Width - Right - 2, Height - Bottom - 2));
        for (int i = 0; i < shown.Length; i++)
        {
            if (boxes[i] is not { } box)
            {
                continue;
            }

            (double anchorX, double anchorY) = LabelPlacement.Anchor(points[i], box);
            if (Math.Max(Math.Abs(anchorX - points[i].X), Math.Abs(anchorY - points[i].Y)) > 14)
            {
                LinePlot line = plot.Add.Line(new Coordinates(x[i], y[i]), At(anchorX, anchorY));
                line.Color = Colors.Gray;
                line.LineWidth = 0.7f;
            }

            Text text = plot.Add.Text(shown[i].Codec, At((box.Left + box.Right) / 2, (box.Top + box.Bottom) / 2));
            text.LabelFontSize = (float)FontSize;
            text.LabelAlignment = Alignment.MiddleCenter;
        }

        Coordinates At(double pixelX, double pixelY) => new(limits.Left + ((pixelX - Left) / perX), limits.Top - ((pixelY - Top) / perY));
    }

    private static int FamilyOf(string codec)
    {
        string[] words = [.. codec.Split('+').Select(s => s.Split(':')[0])];
        return Array.FindIndex(_families, f => f.Words.Length == 0 || f.Words.Intersect(words).Any());
    }
}
