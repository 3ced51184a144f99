// SPDX-License-Identifier: Apache-2.0
// Correlated Gaussian noise with state: see BandedStrategy.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;

namespace FedKernel.Privacy.Correlated;

/// <summary>Adds to each of n rounds a noise that later rounds partly take back; the last b − 1 noises stay in memory.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> All n rounds together are one Gaussian release of noise multiplier z: <see cref="Event"/>.</para>
/// <para><b>Assumptions.</b> As for <see cref="RegeneratedNoiseMechanism"/>. Whoever reads the kept noises breaks the promise.</para>
/// <para><b>Edge cases.</b> Round n + 1 is refused. Not thread safe. Memory: b vectors beside the update.</para>
/// </remarks>
public sealed class BandedNoiseMechanism : IDisposable
{
    private readonly BandedStrategy _strategy;
    private readonly CorrelatedScale _scale;
    private readonly SecretKey256 _key;
    private readonly uint _tensor;
    private readonly DeviceBuffer<float>[] _noises;

    /// <summary>The noise of one run.</summary>
    /// <param name="device">Where the updates are.</param>
    /// <param name="length">d, the length of every update.</param>
    /// <param name="strategy">How rounds share noise.</param>
    /// <param name="noiseMultiplier">z of the whole run, 10⁻⁶ to 10⁶.</param>
    /// <param name="clippingBound">C of every round, positive and finite.</param>
    /// <param name="relation">Which data sets are neighbours.</param>
    /// <param name="key">Secret key of the run; the caller disposes of it.</param>
    /// <param name="tensor">Which vector of the round.</param>
    public BandedNoiseMechanism(
        Device device, long length, BandedStrategy strategy, double noiseMultiplier, double clippingBound, NeighbouringRelation relation,
        SecretKey256 key, uint tensor = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(key);
        _scale = new CorrelatedScale(strategy, noiseMultiplier, clippingBound, relation);
        (_strategy, _key, _tensor) = (strategy, key, tensor);
        _noises = [.. strategy.Coefficients.Select(_ => device.Allocate<float>(length))];
    }

    /// <summary>What all n rounds amount to: charge it before the first.</summary>
    public GaussianEvent Event => _scale.Event;

    /// <summary>Rounds that have their noise.</summary>
    public int Released { get; private set; }

    /// <summary>Adds the noise of the next round in place.</summary>
    /// <param name="bounded">Clipped to at most the C of the run.</param>
    /// <exception cref="PrivacyBudgetException">All n rounds are released.</exception>
    public void AddNoise(BoundedUpdate bounded)
    {
        DeviceBuffer<float> values = _scale.Check(bounded, Released);
        Throw.IfLengthsDiffer(_noises[0].Length, values.Length, nameof(_noises), nameof(bounded));
        int round = Released++;
        Device device = values.Device;
        DeviceBuffer<float> noise = Noise(round);
        device.Generate(noise, new Fill(0));
        ChaCha20Stream stream = _key.CreateStream(new StreamId((uint)round, StreamPurpose.CorrelatedNoise, _tensor));
        device.Sample(noise, noise, new GaussianNoise<ChaCha20Stream>(stream, (float)_scale.Deviation));
        for (int k = 1; k < _noises.Length && k <= round; k++)
        {
            device.Map(Noise(round - k), noise, noise, new Axpy((float)-_strategy.Coefficients[k]));
        }

        device.Map(noise, values, values, new Axpy(1));
    }

    /// <summary>Frees the kept noises.</summary>
    public void Dispose() => Array.ForEach(_noises, n => n.Dispose());

    private DeviceBuffer<float> Noise(int round) => _noises[round % _noises.Length];
}
