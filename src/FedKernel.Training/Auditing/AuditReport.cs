// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Auditing;

namespace FedKernel.Training.Auditing;

/// <summary>What one adversary found.</summary>
/// <param name="Adversary">Its name.</param>
/// <param name="Scores">Its scores beside the truth.</param>
/// <param name="Bounds">For each method the lower bound of ε that holds with the confidence asked for, by itself.</param>
/// <param name="JointBounds">The same, lowered so that all that is said of all adversaries holds together.</param>
/// <param name="RefutesCurve">Whether the scores are too good for the claim's own trade-off curve: a test where ε is one number.</param>
public sealed record AttackResult(
    string Adversary,
    CanaryScores Scores,
    IReadOnlyList<AuditedBound> Bounds,
    IReadOnlyList<AuditedBound> JointBounds,
    bool RefutesCurve);

/// <summary>Accounted from above, audited from below.</summary>
/// <param name="Claim">What the mechanism said.</param>
/// <param name="Curve">What that allows any attack.</param>
/// <param name="Delta">δ.</param>
/// <param name="Confidence">1 − α.</param>
/// <param name="Accounted">ε of the claim.</param>
/// <param name="Attacks">What each adversary found.</param>
public sealed record AuditReport(
    PrivacyEvent Claim,
    AccountedTradeOff Curve,
    double Delta,
    double Confidence,
    PrivacyBracket Accounted,
    IReadOnlyList<AttackResult> Attacks)
{
    /// <summary>The largest lower bound, all adversaries and methods together at the confidence.</summary>
    public double LargestLowerBound => Attacks.SelectMany(a => a.JointBounds).Max(b => b.Epsilon);

    /// <summary>
    /// False if a lower bound exceeds the accounted ε or scores are too good for the curve: with the confidence, the mechanism is not
    /// what it claims to be.
    /// </summary>
    public bool IsConsistent => LargestLowerBound <= Accounted.Upper && !Attacks.Any(a => a.RefutesCurve);
}
