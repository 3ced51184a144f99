// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>Answers a question on a grid that is fine enough for it: plans, composes, looks at the width of the bracket, refines.</summary>
internal static class LossSearch
{
    /// <summary>The width of a bracket that the first grid is planned for, relative to ε.</summary>
    private const double Goal = 4e-4;

    /// <summary>The width with which the search ends.</summary>
    private const double Enough = 8e-4;

    private const int MostRounds = 6;

    /// <summary>The bracket for one direction of a relation.</summary>
    /// <param name="parts">The composition.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="other">The upper end of the other direction: what stays below it matters no more.</param>
    public static (double Lower, double Upper) Answer(IReadOnlyList<LossPart> parts, LossQuestion question, double other)
    {
        LossMoments moments = new(parts, question.LeastDelta * 1e-12 / parts.Sum(p => (double)p.Count));
        parts = [.. parts.Select((part, i) => part with { Offset = part.Source.Lattice > 0 ? 0 : moments.Bulk(i) })];
        GridPlanner planner = new(parts, moments, question.Tilt(moments));
        double epsilon = question.Epsilon(moments, planner.Saddle);
        double logDelta = question.LogDelta(moments, planner.Saddle);
        double step = planner.FirstStep(epsilon, Goal);
        double lower = 0, upper = double.PositiveInfinity;
        FourierTransform? transform = null;
        for (int round = 0; ; round++)
        {
            GridPlan plan = planner.Plan(step, epsilon, logDelta, draft: round == 0);
            transform = transform?.Length == 1 << plan.Levels ? transform : new FourierTransform(plan.Levels);
            (ComposedTail above, ComposedTail below) = Composition.Of(parts, plan, transform);
            (double newLower, double newUpper) = question.Answer(above, below);
            (lower, upper) = (Math.Max(lower, newLower), Math.Min(upper, newUpper));
            if (upper <= other || upper - lower <= Enough * upper || round + 1 == MostRounds || (plan.Step > 1.1 * step && round > 0))
            {
                return (lower, upper);
            }

            double shrink = 0.25;
            if (double.IsFinite(upper))
            {
                // The error is of second order in h, so this meets the goal; less than half would repeat the work for little.
                (epsilon, logDelta) = question.Refine(upper);
                shrink = newUpper - newLower < 0.2 * newUpper ? 0.9 * Math.Sqrt(Goal * newUpper / (newUpper - newLower)) : 0.25;
            }

            step = plan.Step * Math.Clamp(shrink, 0.1, 0.6);
        }
    }
}
