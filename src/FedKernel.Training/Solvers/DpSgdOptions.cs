// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Ledger;

namespace FedKernel.Training.Solvers;

/// <summary>What <see cref="DpSgdTrainer"/> promises and how it steps. Fix it before looking at the data.</summary>
/// <param name="ClippingBound">C: the largest L2 norm of one record's gradient; 10⁻⁶ to 10⁶.</param>
/// <param name="NoiseMultipliers">
/// z of each step, 10⁻⁶ to 10⁶: a sum gets noise of deviation z · sensitivity. As many as the privacy budget was calculated for;
/// the trainer refuses more steps.
/// </param>
/// <param name="LearningRate">Positive.</param>
/// <param name="StepsPerRound">Noisy steps of a round, at least 1.</param>
public sealed record DpSgdOptions(double ClippingBound, IReadOnlyList<double> NoiseMultipliers, double LearningRate, int StepsPerRound)
{
    /// <summary>The account of the client's patients: each round's steps are charged to it before any of their noise is drawn. None by default.</summary>
    public PrivacyLedger? Ledger { get; init; }

    /// <summary>How gradients are bounded; <see cref="GradientClipping.Flat"/> by default.</summary>
    public GradientClipping Clipping { get; init; } = GradientClipping.Flat;
}
