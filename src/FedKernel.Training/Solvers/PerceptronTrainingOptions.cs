// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Solvers;

/// <summary>How <see cref="PerceptronTrainer"/> trains.</summary>
/// <param name="BatchSize">Most rows of a batch, 1 to 2¹⁶.</param>
/// <param name="LearningRate">Rate of the first round's steps, positive and finite.</param>
/// <param name="UpdatesPerRound">Steps of a round, at least 1.</param>
public sealed record PerceptronTrainingOptions(int BatchSize, double LearningRate, int UpdatesPerRound)
{
    /// <summary>What the rate is multiplied by after each round, 10⁻³ to 1. 1 by default.</summary>
    public double RateDecay { get; init; } = 1;
}
