// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;

namespace FedKernel.Training.Partitioning;

/// <summary>Deals the rows of one table out to clients, to simulate a federation.</summary>
public interface IPartitioner
{
    /// <summary>The rows of each client. Every row goes to exactly one; the same seed gives the same result on every machine.</summary>
    /// <param name="labels">The label of each row.</param>
    /// <param name="seed">Which simulation.</param>
    /// <exception cref="ArgumentException">The table is too small for what is asked.</exception>
    IReadOnlyList<int[]> Partition(ReadOnlySpan<float> labels, SimulationSeed seed);
}
