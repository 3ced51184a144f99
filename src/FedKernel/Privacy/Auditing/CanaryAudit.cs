// SPDX-License-Identifier: Apache-2.0
// From scores to a bound: the rules of ThresholdChoice, each with the four methods of AuditMethod.
using FedKernel.Privacy.Accounting;
using FedKernel.Random;

namespace FedKernel.Privacy.Auditing;

/// <summary>Lower bounds of ε from the scores of canaries.</summary>
/// <remarks>Assumptions and guarantees: those of the method (<see cref="AuditMethod"/>) and of the rule (<see cref="ThresholdChoice"/>).</remarks>
public static class CanaryAudit
{
    /// <summary>The best bound over the cuts of the rule; each cut gets its share of α.</summary>
    /// <param name="scores">What the attack said.</param>
    /// <param name="method">How a cut becomes a bound.</param>
    /// <param name="alpha">0 &lt; α &lt; 0.5: one minus the confidence.</param>
    /// <param name="delta">δ in (0, 1); for <see cref="AuditMethod.OneRun"/> and <see cref="AuditMethod.ClopperPearson"/> also 0.</param>
    /// <param name="choice">Where scores are cut.</param>
    public static AuditedBound Bound(
        CanaryScores scores, AuditMethod method, double alpha, double delta, ThresholdChoice choice)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(choice);
        AuditParameters.CheckAlpha(alpha);
        if (method is AuditMethod.OneRun or AuditMethod.ClopperPearson)
        {
            AuditParameters.CheckDelta(delta);
        }
        else
        {
            AuditParameters.CheckPositiveDelta(delta);
        }

        return choice is ThresholdChoice.SplitChoice split
            ? BoundBySplit(scores, method, alpha, delta, split)
            : Best(scores.Count, Cuts(scores, method, choice), method, alpha, delta).Bound;
    }

    /// <summary>The methods whose assumptions a claim meets.</summary>
    /// <param name="claim">What is said to have been released.</param>
    /// <param name="canariesApart">Whether the claim says that what is released about one canary is independent of the others.</param>
    public static IReadOnlyList<AuditMethod> MethodsFor(PrivacyEvent claim, bool canariesApart)
    {
        ArgumentNullException.ThrowIfNull(claim);
        bool isGaussian = GaussianHistory.NoiseMultiplier(claim) is not null;
        return [.. Enum.GetValues<AuditMethod>().Where(m => m switch
        {
            AuditMethod.OneRun => true,
            AuditMethod.OneRunTradeOff => isGaussian,
            AuditMethod.ClopperPearson => canariesApart,
            _ => isGaussian && canariesApart,
        })];
    }

    /// <summary>Whether scores so good have probability at most α under the whole curve of a claim, whatever its shape.</summary>
    /// <remarks>
    /// The f-DP form of <see cref="OneRunTradeOffAudit"/> with the claim's own curve; where canaries are apart, half of α goes to the
    /// exact limits of FPR and TPR. Cuts as <see cref="ThresholdChoice.RankGrid"/>.
    /// </remarks>
    /// <param name="scores">What the attack said.</param>
    /// <param name="claim">The curve of the claim.</param>
    /// <param name="alpha">0 &lt; α &lt; 0.5: one minus the confidence.</param>
    /// <param name="canariesApart">Whether the claim says that what is released about one canary is independent of the others.</param>
    public static bool Refutes(CanaryScores scores, AccountedTradeOff claim, double alpha, bool canariesApart)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(claim);
        AuditParameters.CheckAlpha(alpha);
        double part = canariesApart ? alpha / 2 : alpha;
        IReadOnlyList<AuditCut> guesses = AuditCut.ByGuesses(scores);
        if (guesses.Any(c => OneRunTradeOffAudit.IsRefuted(
            scores.Count, c.Guesses, c.Correct, part / guesses.Count, claim.LeastFalsePositiveRate)))
        {
            return true;
        }

        IReadOnlyList<AuditCut> ranks = AuditCut.ByFalsePositives(scores);
        return canariesApart && ranks.Any(c =>
        {
            (double falsePositive, double falseNegative) = EpsilonLowerBound.ErrorLimits(c.Counts, part / ranks.Count);
            return claim.LeastFalsePositiveRate(1 - falseNegative) > falsePositive;
        });
    }

    private static AuditedBound BoundBySplit(
        CanaryScores scores, AuditMethod method, double alpha, double delta, ThresholdChoice.SplitChoice split)
    {
        (CanaryScores chosen, CanaryScores rest) = scores.Split(new SimulationSeed(split.Seed), split.Share);
        AuditCut[] candidates = [.. Cuts(chosen, method, ThresholdChoice.RocHull)];
        // The whole of α for each: this only chooses.
        double threshold = Best(chosen.Count, candidates, method, alpha, delta, shared: false).Cut.Threshold;
        return Best(rest.Count, Cuts(rest, method, ThresholdChoice.At(threshold)), method, alpha, delta).Bound;
    }

    private static IReadOnlyList<AuditCut> Cuts(CanaryScores scores, AuditMethod method, ThresholdChoice choice) => choice switch
    {
        ThresholdChoice.FixedChoice fixedAt => [AuditCut.At(scores, fixedAt.Threshold)],
        ThresholdChoice.RocHullChoice => [.. scores.HullThresholds().Select(t => AuditCut.At(scores, t))],
        ThresholdChoice.RankGridChoice when method is AuditMethod.OneRun or AuditMethod.OneRunTradeOff => AuditCut.ByGuesses(scores),
        ThresholdChoice.RankGridChoice => AuditCut.ByFalsePositives(scores),
        _ => throw new ArgumentException($"Unknown rule '{choice.GetType().Name}'.", nameof(choice)),
    };

    private static (AuditedBound Bound, AuditCut Cut) Best(
        long canaries, IReadOnlyList<AuditCut> cuts, AuditMethod method, double alpha, double delta, bool shared = true)
    {
        double share = shared ? alpha / cuts.Count : alpha;
        double best = 0;
        AuditCut bestCut = cuts[0];
        foreach (AuditCut cut in cuts)
        {
            double value = Evaluate(canaries, cut, method, share, delta, best);
            if (value > best)
            {
                (best, bestCut) = (value, cut);
            }
        }

        // The two Gaussian methods were compared by μ.
        double epsilon = method is AuditMethod.OneRunTradeOff or AuditMethod.GaussianTradeOff
            ? OneRunTradeOffAudit.GaussianEpsilon(best, delta)
            : best;
        return (new AuditedBound(method, epsilon, bestCut.Guesses, bestCut.Correct, cuts.Count), bestCut);
    }

    /// <summary>ε, or μ of a Gaussian method. One that cannot beat the best so far costs one test instead of a search.</summary>
    private static double Evaluate(long canaries, AuditCut cut, AuditMethod method, double alpha, double delta, double best) =>
        method switch
        {
            AuditMethod.OneRun => Refutation.Largest(
                e => OneRunAudit.PValue(canaries, cut.Guesses, cut.Correct, e, delta) <= alpha, best),
            AuditMethod.OneRunTradeOff => OneRunTradeOffAudit.Mu(canaries, cut.Guesses, cut.Correct, alpha, best),
            AuditMethod.ClopperPearson => EpsilonLowerBound.ClopperPearson(cut.Counts, alpha, delta),
            AuditMethod.GaussianTradeOff => EpsilonLowerBound.GaussianMu(cut.Counts, alpha),
            _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Unknown method."),
        };
}
