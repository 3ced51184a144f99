// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Strategies;

/// <summary>Every client takes part in every round.</summary>
public sealed class EveryClient : ICohortSampler
{
    /// <inheritdoc/>
    public IReadOnlyList<int> Sample(uint round, int clientCount) => [.. Enumerable.Range(0, clientCount)];
}
