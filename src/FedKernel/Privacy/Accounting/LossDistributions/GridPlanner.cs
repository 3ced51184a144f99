// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>Chooses tilt, window and step for a composition.</summary>
internal sealed class GridPlanner(IReadOnlyList<LossPart> parts, LossMoments moments, double saddle)
{
    /// <summary>Share of δ that truncation of all releases together may cost.</summary>
    private const double TailShare = 1e-7;

    /// <summary>ln of the share of δ that rounding or the world outside the window should not exceed.</summary>
    private const double LogShare = -14;

    /// <summary>The greatest h: e^h is computed with.</summary>
    public const double GreatestStep = 600;

    private const int LeastLevels = 8;
    private const int MostLevels = 21;
    private const int DraftLevels = 14;
    private const int LogMostMasses = 20;
    private const int LogDraftMasses = 14;

    private readonly double _releases = parts.Sum(p => (double)p.Count);

    /// <summary>The step divides the spacing of the atoms that are released most often.</summary>
    private readonly double _spacing =
        parts.Where(p => p.Source.Atoms.Spacing > 0).OrderByDescending(p => p.Count).Select(p => p.Source.Atoms.Spacing).FirstOrDefault();

    /// <summary>The tilt of the saddle point.</summary>
    public double Saddle => saddle;

    /// <summary>The h for which the bracket is about as wide as the goal, relative to ε.</summary>
    /// <remarks>Chords add h²/6 to the variance of each loss, tangents take half of that away: T·h²·(1 + θ)/8 of ε is between them.</remarks>
    public double FirstStep(double epsilon, double goal)
    {
        double variance = (moments.Mean(saddle * 1.01 + 1e-9) - moments.Mean(saddle)) / ((0.01 * saddle) + 1e-9);
        double scale = Math.Max(epsilon, 0.2 * Math.Sqrt(Math.Max(0, variance)));
        return Math.Sqrt(8 * goal * scale / (_releases * (1 + saddle)));
    }

    /// <summary>The loss of one part to lay a grid point on: that of its atoms if the step fits them, else the middle of its bulk.</summary>
    public double Offset(int part, double step)
    {
        (double anchor, double spacing) = parts[part].Source.Atoms;
        double bins = spacing / step;
        return spacing > 0 && bins > 0.5 && Math.Abs(bins - Math.Round(bins)) < 1e-9 * bins ? anchor : moments.Balanced(part, step);
    }

    /// <summary>A grid no finer than asked for, nor than memory allows.</summary>
    /// <param name="step">h.</param>
    /// <param name="epsilon">About the ε in question.</param>
    /// <param name="logDelta">ln of about the δ in question.</param>
    /// <param name="draft">Whether this is only to see where the answer is.</param>
    public GridPlan Plan(double step, double epsilon, double logDelta, bool draft)
    {
        GridPlan plan = Plan(step, epsilon, logDelta, draft ? DraftLevels : MostLevels, draft ? LogDraftMasses : LogMostMasses);
        return draft && plan.Step > 2 * step ? Plan(step, epsilon, logDelta, MostLevels, LogMostMasses) : plan;
    }

    private GridPlan Plan(double step, double epsilon, double logDelta, int mostLevels, int logMostMasses)
    {
        double tail = Math.Max(1e-290, TailShare * Math.Exp(logDelta) / _releases);
        double range = parts.Sum(p => Range(p.Source, tail));
        step = Math.Max(Math.Min(step, 0.1 * GreatestStep), range / (1 << logMostMasses));
        List<(double LogError, double Width, GridPlan Plan)> plans = [];
        foreach (double tilt in (ReadOnlySpan<double>)[saddle, saddle / 2, saddle / 4, saddle / 12, 0])
        {
            plans.Add(At(tilt, step, epsilon, logDelta, mostLevels));
            if (tilt == 0)
            {
                break;
            }
        }

        double allowed = Math.Max(logDelta + LogShare, plans.Min(p => p.LogError) + 1);
        plans.RemoveAll(p => !(p.LogError <= allowed));
        // Moments beyond all numbers: a step that nobody can use, so that there is no bound.
        return plans.Count == 0
            ? new GridPlan(double.PositiveInfinity, 0, 0, 0, 0, 0, tail)
            : plans.MinBy(p => p.Width).Plan with { Tail = tail };
    }

    private (double LogError, double Width, GridPlan Plan) At(double tilt, double step, double epsilon, double logDelta, int mostLevels)
    {
        // Beyond that, e^(−θh) leaves nothing of the tail to compute with.
        tilt = Math.Min(tilt, 20 / step);
        double logBound = moments.Cumulant(tilt) - (tilt * epsilon) + LossMoments.LogPeak(tilt);
        double logOutside = Math.Max(14, logBound - logDelta - LogShare);
        step = _spacing > step ? _spacing / Math.Ceiling(_spacing / step) : step;
        double added = _releases * step * step;
        (double slopeAbove, double above) = moments.Edge(tilt, 1, logOutside, added / 4);
        (double slopeBelow, double below) = moments.Edge(tilt, -1, logOutside, added / 4);
        double width = above - below + (added * (1 + tilt) / 4) + (8 * step);
        int levels = Math.Clamp((int)Math.Ceiling(Math.Log2(width / step) - 0.05), LeastLevels, mostLevels);
        double finer = Math.Max(width / (1 << levels), 0.7 * step);
        if (_spacing > step)
        {
            finer = width <= step * (1 << levels) || _spacing < finer ? Math.Max(step, finer) : _spacing / Math.Floor(_spacing / finer);
            finer = width <= step * (1 << levels) ? step : finer;
        }

        GridPlan plan = new(finer, levels, below - (added * (1 + tilt) / 8) - (2 * finer), tilt, slopeAbove, slopeBelow, 0);
        double weights = Math.Min((1 << levels) * Math.Exp(LossMoments.LogPeak(tilt)), GridMoments.PeakSum(tilt, finer));
        // Rounding: of T values of the transform, spread over the width.
        double perMass = _releases * 5e-14 * 4 * finer / width;
        return (logBound - LossMoments.LogPeak(tilt) + Math.Log(perMass * weights), width, plan);
    }

    private static double Range(LossSource source, double tail)
    {
        (double least, double greatest) = source.Range(tail);
        return greatest - least;
    }
}
