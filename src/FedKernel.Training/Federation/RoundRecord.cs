// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;
using FedKernel.Rounds;
using FedKernel.Training.Models;

namespace FedKernel.Training.Federation;

/// <summary>What one round brought.</summary>
/// <param name="Round">Its number, counted from 1.</param>
/// <param name="RoundCount">How many there will be.</param>
/// <param name="Evaluations">The global model after the round, judged by each evaluator.</param>
/// <param name="Epsilon">The largest ε that any client's records have spent so far, as a bracket; null if no client promises privacy.</param>
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
    /// <summary>Mean of the evaluators' accuracies, each counting the same.</summary>
    public double MeanAccuracy => Evaluations.Count == 0 ? double.NaN : Evaluations.Average(e => e.Accuracy);
}

/// <summary>A trained model and how it came to be.</summary>
/// <param name="Model">The global model after the last round.</param>
/// <param name="History">Every round.</param>
public sealed record FederatedResult(float[] Model, IReadOnlyList<RoundRecord> History);
