// SPDX-License-Identifier: Apache-2.0
// Choosing the best of several private runs.
//   k runs fixed beforehand        composition: whatever is chosen, and even all of them, was paid for
//   a secret random number of runs N. Papernot, T. Steinke, "Hyperparameter tuning with Rényi differential privacy", ICLR 2022
//                                  (arXiv 2110.03620), theorem 2 for λ, λ̂ → ∞: (2 + η)·ε for a pure ε-private run, whatever the
//                                  mean number of runs; η = 0 logarithmic, 1 geometric (J. Liu, K. Talwar, STOC 2019: 3ε)
// Not here: the theorem at finite orders, which needs the Rényi curve of a run.
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Ledger;

/// <summary>What it costs to keep the best of several runs. Scores on private data are releases of their own runs.</summary>
public static class HyperparameterTuning
{
    /// <summary>The cost of choosing among runs that were fixed before any looked at the data.</summary>
    /// <remarks>The choice may use everything that the runs released, their private scores among it.</remarks>
    /// <param name="runs">What each candidate releases, its score included; at least one.</param>
    public static PrivacyEvent AmongFixed(params IReadOnlyList<PrivacyEvent> runs) => new ComposedEvent(runs);

    /// <summary>The cost of choosing among k runs of one kind that were fixed before any looked at the data.</summary>
    /// <param name="run">What one candidate releases, its score included.</param>
    /// <param name="count">k, at least 1.</param>
    public static PrivacyEvent AmongFixed(PrivacyEvent run, long count)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new RepeatedEvent(run, count);
    }

    /// <summary>The cost of choosing among a random number of runs with candidates drawn anew each time: (2 + η)·ε.</summary>
    /// <remarks>
    /// <para><b>Assumptions.</b> The number of runs is drawn before the first from the truncated negative binomial law with shape
    /// η and is kept secret; only the best run is released; its score counts as its output.</para>
    /// </remarks>
    /// <param name="run">What one candidate releases: pure, δ = 0.</param>
    /// <param name="shape">η of the law of the number of runs, 0 (logarithmic) to 100; 1 is geometric.</param>
    /// <exception cref="ArgumentException">δ is not 0.</exception>
    public static PrivacyEvent AmongRandomlyMany(ApproximateEvent run, double shape)
    {
        ArgumentNullException.ThrowIfNull(run);
        Throw.IfNotInRange(shape, 0, 100);
        return run.Delta == 0
            ? run with { Epsilon = (2 + shape) * run.Epsilon }
            : throw new ArgumentException(
                $"A random number of runs is bounded here for δ = 0 only; got {run.Delta}. Fix the candidates instead.", nameof(run));
    }
}
