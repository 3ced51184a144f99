// SPDX-License-Identifier: Apache-2.0
// Correlated Gaussian noise without state: see CorrelatedStrategy and IRegeneratedNoise. The idea of drawing past noise again is
// that of λ-CGD (arXiv 2601.22334) and of H. B. McMahan et al.'s on-the-fly factorized noise; here with a 256-bit key and any band.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;

namespace FedKernel.Privacy.Correlated;

/// <summary>Adds to each of n rounds a noise that later rounds partly take back; past noise is drawn again from its counter.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> All n rounds together are one Gaussian release of noise multiplier z: <see cref="Event"/>.</para>
/// <para><b>Assumptions.</b> Nobody takes part more often than the strategy says. The key is secret and used by this object
/// and tensor alone: a run that was broken off begins anew with another key. Noise of real numbers: the low bits of float32 are not covered.</para>
/// <para><b>Edge cases.</b> Round n + 1 is refused. Not thread safe. Memory: none beside the update.</para>
/// </remarks>
public sealed class RegeneratedNoiseMechanism
{
    private const int Window = 1 << 20;

    /// <summary>Elements of a tile of the Sample shape.</summary>
    private const int SampleTile = 256;

    private readonly IRegeneratedNoise _strategy;
    private readonly CorrelatedScale _scale;
    private readonly SecretKey256 _key;
    private readonly uint _tensor;

    /// <summary>The noise of one run.</summary>
    /// <param name="strategy">How rounds share noise: <see cref="InverseBandedStrategy"/> or <see cref="TreeStrategy"/>.</param>
    /// <param name="noiseMultiplier">z of the whole run, 10⁻⁶ to 10⁶.</param>
    /// <param name="clippingBound">C of every round, positive and finite.</param>
    /// <param name="relation">Which data sets are neighbours.</param>
    /// <param name="key">Secret key of the run; the caller disposes of it.</param>
    /// <param name="tensor">Which vector of the round.</param>
    /// <exception cref="ArgumentException">The strategy cannot be drawn again.</exception>
    public RegeneratedNoiseMechanism(
        CorrelatedStrategy strategy, double noiseMultiplier, double clippingBound, NeighbouringRelation relation, SecretKey256 key, uint tensor = 0)
    {
        ArgumentNullException.ThrowIfNull(key);
        _scale = new CorrelatedScale(strategy, noiseMultiplier, clippingBound, relation);
        _strategy = strategy as IRegeneratedNoise
            ?? throw new ArgumentException($"'{strategy.GetType().Name}' needs past noise in memory: use {nameof(BandedNoiseMechanism)}.", nameof(strategy));
        (_key, _tensor) = (key, tensor);
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
        // Counted before anything is drawn: after a failure the round is gone, not repeated with other data.
        IReadOnlyList<NoiseTerm> terms = _strategy.Terms(Released++);
        // Window by window, so that only the first term reads the update from memory; the tiles of the stream go on.
        for (long start = 0; start < values.Length; start += Window)
        {
            DeviceBuffer<float> window = values.Slice(start, Math.Min(Window, values.Length - start));
            foreach (NoiseTerm term in terms)
            {
                ChaCha20Stream stream = _key.CreateStream(new StreamId(term.Source, StreamPurpose.CorrelatedNoise, _tensor));
                values.Device.Sample(
                    window, window, new GaussianNoise<ChaCha20Stream>(stream, (float)(_scale.Deviation * term.Coefficient)), start / SampleTile);
            }
        }
    }
}
