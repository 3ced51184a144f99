// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;

namespace FedKernel.Compression;

/// <summary>Where stochastic rounding takes its bits: a client's secret key, or the seed of a simulation.</summary>
/// <remarks>Whoever knows the bits learns a little more of the values than the codes say: a deployed client uses a key.</remarks>
public sealed class RoundingSource
{
    private readonly SecretKey256? _key;
    private readonly SimulationSeed? _seed;

    private RoundingSource(SecretKey256? key, SimulationSeed? seed) => (_key, _seed) = (key, seed);

    /// <summary>True if a secret key gives the bits.</summary>
    public bool IsSecret => _key is not null;

    /// <summary>Bits of ChaCha20.</summary>
    /// <param name="key">Never met twice with the same round and vector for different data.</param>
    public static RoundingSource Secret(SecretKey256 key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(key, null);
    }

    /// <summary>Bits of Philox, the same on every run.</summary>
    public static RoundingSource Simulation(SimulationSeed seed)
    {
        return new(null, seed);
    }

    /// <summary>The public seed of a round: a simulation's repeats, another is fresh, so that nobody can know it before.</summary>
    internal SharedSeed SeedOf(uint round) => _seed is { } seed ? SharedSeed.Of(seed, round) : SharedSeed.Generate();

    internal ChaCha20Stream ChaCha20(uint round, uint tensor) =>
        _key!.CreateStream(new StreamId(round, StreamPurpose.Rounding, tensor));

    internal PhiloxStream Philox(uint round, uint tensor) =>
        new PhiloxStream(_seed!.Value, new StreamId(round, StreamPurpose.Rounding, tensor));
}
