// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Ledger;

namespace FedKernel.Training.Solvers;

/// <summary>What <see cref="PrivateFullBatchTrainer"/> promises and how it steps. Fix it before looking at the data.</summary>
/// <param name="ClippingBound">C: the largest L2 norm of one patient's gradient; positive.</param>
/// <param name="NoiseMultiplier">z of one step: the sum of gradients gets noise of deviation z · C. 10⁻⁶ to 10⁶.</param>
/// <param name="LearningRate">Positive.</param>
/// <param name="StepsPerRound">Noisy full-batch steps of a round, at least 1.</param>
/// <param name="MaximumSteps">T: steps that the privacy budget was calculated for; the trainer refuses more.</param>
public sealed record PrivateTrainingOptions(
    double ClippingBound, double NoiseMultiplier, double LearningRate, int StepsPerRound, int MaximumSteps)
{
    /// <summary>The account of the client's patients: each round's steps are charged to it before any of their noise is drawn. None by default.</summary>
    public PrivacyLedger? Ledger { get; init; }
}
