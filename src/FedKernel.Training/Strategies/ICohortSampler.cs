// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Strategies;

/// <summary>Chooses the clients of a round.</summary>
public interface ICohortSampler
{
    /// <summary>Numbers of the clients that take part, each once, at least one.</summary>
    /// <param name="round">Number of the round.</param>
    /// <param name="clientCount">How many there are.</param>
    IReadOnlyList<int> Sample(uint round, int clientCount);
}
