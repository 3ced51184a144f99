// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Pipelines;
using FedKernel.Random;

namespace FedKernel.Training.Studies;

/// <summary>What a caller may choose of <see cref="CompressionStudy"/>.</summary>
public sealed record CompressionStudyOptions
{
    /// <summary>What is compared with float32 as it is; none by default, 1000 at most.</summary>
    public IReadOnlyList<CompressionPipeline> Pipelines { get; init; } = [];

    /// <summary>The first seed: the partition, the first model and the batches of a training follow from its seed.</summary>
    public SimulationSeed Seed { get; init; }

    /// <summary>How many seeds from there on, 1 to 1000. One by default.</summary>
    public int SeedCount { get; init; } = 1;
}
