// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Random;
using FedKernel.Random.Discrete;

namespace FedKernel.Privacy.Discrete;

/// <summary>Discrete Gaussian noise of one σ on one device: the table where the kernels find it, and the two passes that use it.</summary>
/// <remarks>
/// Guarantee: each sample is from P(z) ∝ e^(−z²/2σ²) on the integers, up to <see cref="FailureMass"/> in total variation, in a time and
/// with memory accesses that do not depend on it. Assumption: one stream (key, round, purpose, tensor) is used once. Not thread-safe.
/// </remarks>
public sealed class DiscreteGaussianSampler : IDisposable
{
    private readonly DeviceBuffer<uint> _words;

    /// <summary>Copies the table of σ to a device.</summary>
    /// <param name="device">Where the vectors live.</param>
    /// <param name="sigma">σ in steps of the grid, in [<see cref="DiscreteGaussianTable.LeastSigma"/>, <see cref="DiscreteGaussianTable.GreatestSigma"/>].</param>
    public DiscreteGaussianSampler(Device device, double sigma)
    {
        ArgumentNullException.ThrowIfNull(device);
        Device = device;
        Table = new DiscreteGaussianTable(sigma);
        _words = device.Upload(Table.Words);
    }

    /// <summary>Where it runs.</summary>
    public Device Device { get; }

    /// <summary>The law and its bound.</summary>
    public DiscreteGaussianTable Table { get; }

    /// <summary>Total variation distance of so many samples from exact ones, for the event that is charged.</summary>
    public double FailureMass(long samples) => Table.FailureMass(samples);

    /// <summary>destination[i] = source[i] + zᵢ modulo 2³².</summary>
    /// <param name="source">May be the destination; exact as int32 while |source[i]| ≤ 2³¹ − 1 − <see cref="DiscreteGaussianTable.Bound"/>.</param>
    /// <param name="destination">As long as the source.</param>
    /// <param name="stream">ChaCha20 for privacy, Philox for simulation.</param>
    /// <param name="firstTile">The tile of 256 elements that element 0 meets, for vectors processed piece by piece.</param>
    public void AddNoise<TStream>(DeviceBuffer<int> source, DeviceBuffer<int> destination, TStream stream, long firstTile = 0)
        where TStream : unmanaged, ICounterStream =>
        Device.Draw(source, destination, _words, new DiscreteGaussianNoise<TStream>(stream, Table.Shape), firstTile);

    /// <summary>destination[i] = round(factor · source[i]) + zᵢ modulo 2³², ties to even, in one pass.</summary>
    /// <param name="source">Finite, with |factor · source[i]| ≤ 2³⁰: the caller has seen its norm.</param>
    /// <param name="factor">Clipping factor over the step of the grid, positive and finite, rounded down by whoever promises a norm.</param>
    /// <param name="destination">As long as the source.</param>
    /// <param name="stream">ChaCha20 for privacy, Philox for simulation.</param>
    /// <param name="firstTile">The tile of 256 elements that element 0 meets, for vectors processed piece by piece.</param>
    public void RoundAndAddNoise<TStream>(
        DeviceBuffer<float> source, float factor, DeviceBuffer<int> destination, TStream stream, long firstTile = 0)
        where TStream : unmanaged, ICounterStream
    {
        Throw.IfNotInRange(factor, float.Epsilon, float.MaxValue);
        var noise = new DiscreteGaussianNoise<TStream>(stream, Table.Shape);
        Device.Draw(source, destination, _words, new RoundAndDiscreteNoise<TStream>(factor, noise), firstTile);
    }

    /// <summary>Frees the table.</summary>
    public void Dispose() => _words.Dispose();
}
