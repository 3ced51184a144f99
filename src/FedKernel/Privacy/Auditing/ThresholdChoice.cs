// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Auditing;

/// <summary>Which canaries an attack calls in, given their scores, and what is paid for having looked at several such rules.</summary>
public abstract record ThresholdChoice
{
    private protected ThresholdChoice()
    {
    }

    /// <summary>
    /// Ranks on a geometric grid that depends on the number of canaries alone, α shared equally among them. Valid: for the one-run
    /// bounds the k best are called in, or the k/2 best in and the k/2 worst out; for the others the threshold is the j-th best
    /// score of the canaries that were out, whose false-positive rate has the very law of the Clopper–Pearson limit.
    /// </summary>
    public static ThresholdChoice RankGrid { get; } = new RankGridChoice();

    /// <summary>
    /// The vertices of the ROC curve's concave hull, α shared among them, as google-deepmind/jax_privacy does by default. Not proven:
    /// the hull picks the best cuts of all on the same scores and pays only for those that are left. For comparison.
    /// </summary>
    public static ThresholdChoice RocHull { get; } = new RocHullChoice();

    /// <summary>A threshold fixed before the canaries were scored: the scores at or above it are called in.</summary>
    /// <param name="threshold">Not NaN.</param>
    public static ThresholdChoice At(double threshold) => double.IsNaN(threshold)
        ? throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Must be a number.")
        : new FixedChoice(threshold);

    /// <summary>Chooses the best threshold on a random part of the canaries and judges it on the others. Valid.</summary>
    /// <param name="seed">Which part.</param>
    /// <param name="share">Of the canaries that choose, 0.1 to 0.9.</param>
    public static ThresholdChoice Split(ulong seed, double share = 0.5)
    {
        Throw.IfNotInRange(share, 0.1, 0.9);
        return new SplitChoice(seed, share);
    }

    internal sealed record RankGridChoice : ThresholdChoice;

    internal sealed record RocHullChoice : ThresholdChoice;

    internal sealed record FixedChoice(double Threshold) : ThresholdChoice;

    internal sealed record SplitChoice(ulong Seed, double Share) : ThresholdChoice;
}
