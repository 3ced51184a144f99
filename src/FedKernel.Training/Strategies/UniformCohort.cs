// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;

namespace FedKernel.Training.Strategies;

/// <summary>A fixed number of clients, uniform without replacement, anew in each round.</summary>
/// <remarks>The choice follows from a public seed: it amplifies no privacy guarantee.</remarks>
public sealed class UniformCohort : ICohortSampler
{
    private readonly int _count;
    private readonly SimulationSeed _seed;

    /// <summary>Cohorts of the given size.</summary>
    /// <param name="count">At least 1; where there are fewer clients, all take part.</param>
    /// <param name="seed">Which simulation.</param>
    public UniformCohort(int count, SimulationSeed seed)
    {
        Throw.IfNotInRange(count, 1, int.MaxValue);
        (_count, _seed) = (count, seed);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Sample(uint round, int clientCount)
    {
        int[] clients = [.. Enumerable.Range(0, clientCount)];
        SimulationDraws.Cohort(_seed, round).Shuffle(clients.AsSpan());
        return [.. clients.Take(_count).Order()];
    }
}
