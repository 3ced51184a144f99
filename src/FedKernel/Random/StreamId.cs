// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Random;

/// <summary>What a random stream is for. Part of the counter, so two uses of one key never overlap.</summary>
public enum StreamPurpose : byte
{
    /// <summary>Samples of a simulation: cohorts, initial weights, shuffles.</summary>
    Simulation = 0,

    /// <summary>Noise of a privacy mechanism.</summary>
    PrivacyNoise = 1,

    /// <summary>Masks of secure aggregation.</summary>
    Mask = 2,

    /// <summary>Randomness of encryption.</summary>
    Encryption = 3,

    /// <summary>Rounding of compressors.</summary>
    Rounding = 4,

    /// <summary>Raw noises that the rounds of a run share.</summary>
    CorrelatedNoise = 5,

    /// <summary>Coins that decide which records a private batch holds.</summary>
    Sampling = 6,

    /// <summary>Discrete Gaussian noise of a privacy mechanism.</summary>
    DiscreteNoise = 7,

    /// <summary>Skellam noise of a privacy mechanism.</summary>
    SkellamNoise = 8,

    /// <summary>Discrete Laplace noise of a privacy mechanism.</summary>
    LaplaceNoise = 9,

    /// <summary>Noise of single numbers: counts, scores.</summary>
    ScalarNoise = 10,

    /// <summary>Signs of a public rotation.</summary>
    Rotation = 11,

    /// <summary>A public set of indices.</summary>
    IndexSet = 12,
}

/// <summary>Names one stream under a key: (round, purpose, tensor).</summary>
/// <param name="Round">The round, or any counter that never repeats under the key.</param>
/// <param name="Purpose">What the stream is for.</param>
/// <param name="Tensor">Which vector of the round; 0 where there is one.</param>
public readonly record struct StreamId(uint Round, StreamPurpose Purpose, uint Tensor = 0);
