// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Cli.Commands;
using FedKernel.Privacy.Accounting;
using ScottPlot;
using ScottPlot.Plottables;

namespace FedKernel.Cli.Reports;

/// <summary>Both ends of the bracket of ε over the rounds.</summary>
internal static class PrivacyPlot
{
    private const int Width = 900, Height = 520;

    public static void Save(string path, PrivacyQuestion question, long[] rounds, PrivacyBracket[] brackets)
    {
        using var plot = new Plot();
        Color[] colors = new ScottPlot.Palettes.ColorblindFriendly().Colors;
        double[] at = [.. rounds.Select(r => (double)r)];
        Add("upper end: the promise", [.. brackets.Select(b => b.Upper)], colors[0]);
        Add("lower end", [.. brackets.Select(b => b.Lower)], colors[1]);
        plot.Title(string.Create(
            CultureInfo.InvariantCulture,
            $"ε at δ = {question.Delta}, noise multiplier {question.NoiseMultiplier:G6}, sampling probability {question.SamplingProbability:G6}"));
        plot.XLabel("steps");
        plot.YLabel("ε");
        plot.ShowLegend(Alignment.LowerRight);
        plot.SaveSvg(path, Width, Height);

        void Add(string name, double[] values, Color color)
        {
            Scatter scatter = plot.Add.Scatter(at, values);
            scatter.LegendText = name;
            scatter.Color = color;
            scatter.LineWidth = 2;
            scatter.MarkerSize = 4;
        }
    }
}
