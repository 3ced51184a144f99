// SPDX-License-Identifier: Apache-2.0
// The Gaussian mechanism with a standard deviation for each group: see LayerwiseNoise. Continuous noise, in float32.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Clipping;
using FedKernel.Privacy.Ledger;
using FedKernel.Random;
using FedKernel.Updates;

namespace FedKernel.Privacy.Layers;

/// <summary>A clipped and noised update.</summary>
/// <param name="Clipping">What clipping did; its update is null if it was refused, and then nothing may be released.</param>
/// <param name="Event">The event to account for; null if the update was refused.</param>
public sealed record NoisedUpdate(ClippingResult Clipping, PrivacyEvent? Event);

/// <summary>Adds σₗ = zₗ · Cₗ of continuous Gaussian noise to each group of a bounded update or sum.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> That of <see cref="GaussianMechanism"/> at the effective multiplier (Σ zₗ⁻²)^(−1/2), for real numbers.</para>
/// <para><b>Assumptions.</b> The key is secret and each (key, round, tensor) is used for one release only.</para>
/// </remarks>
/// <param name="noise">A multiplier for each group.</param>
public sealed class LayerwiseGaussianMechanism(LayerwiseNoise noise)
{
    /// <summary>A multiplier for each group.</summary>
    public LayerwiseNoise Noise { get; } = noise ?? throw new ArgumentNullException(nameof(noise));

    /// <summary>Adds noise in place to one update: the client's own, or its share.</summary>
    /// <param name="bounded">From clipping with as many groups.</param>
    /// <param name="key">Secret key of whoever adds the noise.</param>
    /// <param name="round">The round, never used twice under the key.</param>
    /// <param name="tensor">Which release of the round.</param>
    /// <param name="charge">Proof that a ledger was charged for this release; without it, the caller accounts for the event.</param>
    /// <exception cref="PrivacyBudgetException">The charge is for another event or used up; the values are untouched.</exception>
    /// <returns>The event to account for.</returns>
    public PrivacyEvent AddNoise(BoundedUpdate bounded, SecretKey256 key, uint round, uint tensor = 0, PrivacyCharge? charge = null)
    {
        ArgumentNullException.ThrowIfNull(bounded);
        return AddNoise(bounded.Update.Values, bounded.Bounds, null, bounded.Take, key, round, tensor, charge);
    }

    /// <summary>Adds noise in place to a sum of contributions: the server's.</summary>
    /// <inheritdoc cref="AddNoise(BoundedUpdate, SecretKey256, uint, uint, PrivacyCharge)"/>
    public PrivacyEvent AddNoiseToSum(BoundedSum bounded, SecretKey256 key, uint round, uint tensor = 0, PrivacyCharge? charge = null)
    {
        ArgumentNullException.ThrowIfNull(bounded);
        return AddNoise(bounded.Values, bounded.Bounds, null, bounded.Take, key, round, tensor, charge);
    }

    /// <summary>Clips and adds noise in one pass over the update, once its norms are known: the same bits as one after the other.</summary>
    /// <param name="clipping">With as many groups as there are multipliers.</param>
    /// <param name="update">Changed in place, unless it is refused for holding NaN or infinity.</param>
    /// <param name="key">Secret key of whoever adds the noise.</param>
    /// <param name="round">The round, never used twice under the key.</param>
    /// <param name="tensor">Which release of the round.</param>
    /// <param name="charge">Proof that a ledger was charged for this release; without it, the caller accounts for the event.</param>
    /// <exception cref="PrivacyBudgetException">The charge is for another event or used up; the values are untouched.</exception>
    public NoisedUpdate ClipAndAddNoise(
        UpdateClipping clipping, ModelUpdate update, SecretKey256 key, uint round, uint tensor = 0, PrivacyCharge? charge = null)
    {
        ArgumentNullException.ThrowIfNull(clipping);
        ArgumentNullException.ThrowIfNull(update);
        GroupBounds bounds = clipping.BoundsFor(update.Layout);
        if (UpdateClipping.SquaredNorms(update.Values, bounds.Groups) is not { } squaredNorms)
        {
            return new NoisedUpdate(UpdateClipping.Refuse(update), null);
        }

        ClipAndScale[] kernels = clipping.Kernels(squaredNorms, bounds);
        PrivacyEvent released = AddNoise(update.Values, bounds, kernels, null, key, round, tensor, charge);
        return new NoisedUpdate(UpdateClipping.Report(update, bounds, squaredNorms, kernels), released);
    }

    private GaussianEvent AddNoise(
        DeviceBuffer<float> values,
        GroupBounds bounds,
        ClipAndScale[]? clips,
        Action? take,
        SecretKey256 key,
        uint round,
        uint tensor,
        PrivacyCharge? charge)
    {
        ArgumentNullException.ThrowIfNull(key);
        // All σ are checked before the charge is used and the first value changes.
        NoiseWindow[] windows = [.. NoiseWindow.Of(Noise, bounds)];
        charge?.Take(Noise.Event);
        take?.Invoke();
        ChaCha20Stream stream = key.CreateStream(new StreamId(round, StreamPurpose.PrivacyNoise, tensor));
        foreach (NoiseWindow w in windows)
        {
            var kernel = new GaussianNoise<ChaCha20Stream>(stream, GaussianMechanism.RoundUp(w.StandardDeviation));
            DeviceBuffer<float> window = values.Slice(w.Window.Start, w.Window.Length);
            if (clips is null || clips[w.Group].Factor == 1)
            {
                window.Device.Sample(window, window, kernel, w.FirstTile);
            }
            else
            {
                window.Device.Sample(window, window, new ClipAndNoise<ChaCha20Stream>(clips[w.Group], kernel), w.FirstTile);
            }
        }

        return Noise.Event;
    }
}
