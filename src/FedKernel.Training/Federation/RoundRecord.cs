// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;
using FedKernel.Rounds;
using FedKernel.Training.Models;

namespace FedKernel.Training.Federation;

/// <summary>What one round brought.</summary>
/// <remarks>With noise of the server, receipt and absences name who came: they are the server's own, not covered by the noise.</remarks>
/// <param name="Round">Its number, counted from 1.</param>
/// <param name="RoundCount">How many there will be.</param>
/// <param name="Evaluations">The global model after the round, judged by each evaluator.</param>
/// <param name="Epsilon">
/// The largest ε that any client's records have spent so far, as a bracket; with noise of the server, what its ledger says, earlier
/// trainings included. Null if nobody promises privacy.
/// </param>
/// <param name="Receipt">Who was heard and who was refused, with the reason.</param>
/// <param name="Absent">Clients of the cohort that sent nothing, each with the reason.</param>
public sealed record RoundRecord(
    int Round,
    int RoundCount,
    IReadOnlyList<Evaluation> Evaluations,
    PrivacyBracket? Epsilon,
    RoundReceipt Receipt,
    IReadOnlyList<string> Absent)
{
    /// <summary>C that every update was clipped to; null if none was asked for.</summary>
    public double? ClippingBound { get; init; }

    /// <summary>Bytes of all updates that clients sent, refused ones too.</summary>
    public long UplinkBytes { get; init; }

    /// <summary>Bytes of all invitations that went out: each holds the model in float32.</summary>
    public long DownlinkBytes { get; init; }

    /// <summary>Mean of the evaluators' accuracies, each counting the same.</summary>
    public double MeanAccuracy => Evaluations.Count == 0 ? double.NaN : Evaluations.Average(e => e.Accuracy);
}

/// <summary>A trained model and how it came to be.</summary>
/// <param name="Model">The global model after the last round.</param>
/// <param name="History">Every round.</param>
public sealed record FederatedResult(float[] Model, IReadOnlyList<RoundRecord> History)
{
    /// <summary>Why the training ended before its last round: whose budget was spent, and what is left of it. Null if it did not.</summary>
    public string? StopReason { get; init; }
}
