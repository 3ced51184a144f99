// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Ledger;
using FedKernel.Random;
using FedKernel.Rounds;

namespace FedKernel.Training.Federation;

/// <summary>Privacy of whole clients, given by the server: it draws the cohort, clips, charges the ledger, then adds noise.</summary>
/// <param name="Noise">
/// z, weights, denominator and q. With a <see cref="CentralPrivacy.CountDeviation"/> the bound follows the updates' norms.
/// </param>
/// <param name="ClippingBound">C of every round, or of the first.</param>
/// <param name="Ledger">The account of this federation's clients; each round is charged to it. The caller disposes of it.</param>
/// <param name="Key">The server's, made for this training alone: noise and coins. The caller disposes of it.</param>
public sealed record CentralPrivacyOptions(CentralPrivacy Noise, double ClippingBound, PrivacyLedger Ledger, SecretKey256 Key)
{
    /// <summary>z of each round, fixed beforehand, instead of the same for all; as many as there are rounds.</summary>
    public IReadOnlyList<double>? NoiseMultipliers { get; init; }

    /// <summary>γ: the quantile of the updates' norms that a bound that moves shall reach, 0 to 1. The median by default.</summary>
    public double TargetQuantile { get; init; } = 0.5;

    /// <summary>η: how fast it moves; 0.2 by default, as in the paper.</summary>
    public double BoundLearningRate { get; init; } = 0.2;
}
