// SPDX-License-Identifier: Apache-2.0
// Adaptive clipping · G. Andrew, O. Thakkar, B. McMahan, S. Ramaswamy, "Differentially private learning with adaptive clipping",
// NeurIPS 2021 (arXiv 1905.03871), section 2 and algorithm 1:
//   C ← C · exp(−η (b̃ − γ)),   b_i = 1 if ‖Δ_i‖ ≤ C, that is if the update was NOT clipped
// γ: the quantile of the norms that C shall reach, 0 to 1; η: learning rate, 0.2 in the paper.
// b̃ = Σ (b_i − ½) / m + ½ with the expected cohort m, never the cohort that came. The opposite bit, 1 for clipped, runs away
// from the quantile instead of towards it.
using FedKernel.Kernels;

namespace FedKernel.Privacy.Adaptive;

/// <summary>How the bound moves.</summary>
public enum BoundUpdate
{
    /// <summary>C · exp(−η (b̃ − γ)): reaches bounds of any size in as many rounds as it has factors to cross.</summary>
    Geometric,

    /// <summary>C − η (b̃ − γ): in steps of η.</summary>
    Linear,
}

/// <summary>Follows a quantile of the norms by the share of updates below the bound. Sees no update and no single bit.</summary>
public sealed class QuantileTracker
{
    /// <summary>Starts at a bound.</summary>
    /// <param name="initialBound">C₀, finite and at least <see cref="ClipAndScale.LeastBound"/>.</param>
    /// <param name="targetQuantile">γ, 0 to 1.</param>
    /// <param name="learningRate">η, positive, at most 10.</param>
    /// <param name="expectedCohort">m: the fixed denominator, at least 1.</param>
    /// <param name="rule">How the bound moves.</param>
    public QuantileTracker(
        double initialBound, double targetQuantile, double learningRate, double expectedCohort, BoundUpdate rule = BoundUpdate.Geometric)
    {
        Throw.IfNotInRange(initialBound, ClipAndScale.LeastBound, float.MaxValue);
        Throw.IfNotInRange(targetQuantile, 0, 1);
        Throw.IfNotInRange(learningRate, double.Epsilon, 10);
        Throw.IfNotInRange(expectedCohort, 1, 1e12);
        Throw.IfNotInRange((int)rule, 0, 1, nameof(rule));
        (Bound, TargetQuantile, LearningRate, ExpectedCohort, Rule) =
            (initialBound, targetQuantile, learningRate, expectedCohort, rule);
    }

    /// <summary>C now.</summary>
    public double Bound { get; private set; }

    /// <summary>γ.</summary>
    public double TargetQuantile { get; }

    /// <summary>η.</summary>
    public double LearningRate { get; }

    /// <summary>m.</summary>
    public double ExpectedCohort { get; }

    /// <summary>How the bound moves.</summary>
    public BoundUpdate Rule { get; }

    /// <summary>Moves the bound.</summary>
    /// <param name="centredCount">Σ (b_i − ½), noised or securely summed; finite. What lies beyond ±m, noise included, is cut there.</param>
    /// <returns>b̃, the estimate that moved it, in [−½, 1½].</returns>
    public double Update(double centredCount)
    {
        Throw.IfNotInRange(centredCount, double.MinValue, double.MaxValue);
        // One wild draw of the noise may not throw the bound away: post-processing, so it costs no privacy.
        double share = (Math.Clamp(centredCount, -ExpectedCohort, ExpectedCohort) / ExpectedCohort) + 0.5;
        double step = LearningRate * (share - TargetQuantile);
        double bound = Rule == BoundUpdate.Geometric ? Bound * Math.Exp(-step) : Bound - step;
        Bound = Math.Clamp(bound, ClipAndScale.LeastBound, float.MaxValue);
        return share;
    }
}
