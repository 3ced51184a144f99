// SPDX-License-Identifier: Apache-2.0
// The Gaussian mechanism · C. Dwork, A. Roth, "The algorithmic foundations of differential privacy", 2014, appendix A;
// accounted for exactly (see AnalyticGaussian).
// Parameter: z, the noise multiplier: σ = z · sensitivity.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Clipping;
using FedKernel.Privacy.Ledger;
using FedKernel.Random;

namespace FedKernel.Privacy;

/// <summary>Adds continuous Gaussian noise in float32 to a bounded update.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> For real numbers, the release is (ε, δ)-differentially private with the profile of
/// <see cref="AnalyticGaussian"/> at noise multiplier z. Float32 noise approximates it: its low bits are not covered (Mironov,
/// CCS 2012); a discrete mechanism without that gap comes with the accountant.</para>
/// <para><b>Assumptions.</b> The key is secret and each (key, stream) is used for one release only.</para>
/// <para><b>Edge cases.</b> z must be positive and finite. The noise ends at 6.76 σ: a value beyond it betrays the neighbour that
/// made it possible. That is not in the event, and adds at least <see cref="GaussianTail.LeastDelta"/> to δ: 4·10⁻⁹ a release at
/// z = 1, 9·10⁻⁷ at z = 0.5, 3·10⁻⁴ at z = 0.3. Where that is too much, take discrete noise. Values serve one release.</para>
/// </remarks>
public sealed class GaussianMechanism
{
    /// <summary>A mechanism with the given noise multiplier.</summary>
    /// <param name="noiseMultiplier">z = σ / sensitivity, 10⁻⁶ to 10⁶.</param>
    /// <param name="relation">Which data sets are neighbours; decides the sensitivity.</param>
    public GaussianMechanism(double noiseMultiplier, NeighbouringRelation relation)
    {
        Throw.IfNotInRange(noiseMultiplier, 1e-6, 1e6);
        NoiseMultiplier = noiseMultiplier;
        Relation = relation;
    }

    /// <summary>z.</summary>
    public double NoiseMultiplier { get; }

    /// <summary>Which data sets are neighbours.</summary>
    public NeighbouringRelation Relation { get; }

    /// <summary>Adds noise in place and says what was released.</summary>
    /// <param name="bounded">From clipping.</param>
    /// <param name="key">Secret key of whoever adds the noise.</param>
    /// <param name="round">The round, never used twice under the key.</param>
    /// <param name="tensor">Which vector of the round.</param>
    /// <param name="charge">Proof that a ledger was charged for this release; one of its releases is used. Without it, the caller
    /// accounts for the event that comes back.</param>
    /// <returns>The event to account for.</returns>
    /// <exception cref="PrivacyBudgetException">The charge is for another event or used up; the update is untouched.</exception>
    public PrivacyEvent AddNoise(BoundedUpdate bounded, SecretKey256 key, uint round, uint tensor = 0, PrivacyCharge? charge = null)
    {
        ArgumentNullException.ThrowIfNull(bounded);
        return AddNoise(bounded.Update.Values, bounded.Bounds, bounded.Take, key, round, tensor, charge);
    }

    /// <summary>Adds noise in place to a sum of contributions: the server's.</summary>
    /// <inheritdoc cref="AddNoise(BoundedUpdate, SecretKey256, uint, uint, PrivacyCharge)"/>
    public PrivacyEvent AddNoiseToSum(
        BoundedSum bounded, SecretKey256 key, uint round, uint tensor = 0, PrivacyCharge? charge = null)
    {
        ArgumentNullException.ThrowIfNull(bounded);
        return AddNoise(bounded.Values, bounded.Bounds, bounded.Take, key, round, tensor, charge);
    }

    private GaussianEvent AddNoise(
        DeviceBuffer<float> values, GroupBounds bounds, Action take, SecretKey256 key, uint round, uint tensor, PrivacyCharge? charge)
    {
        ArgumentNullException.ThrowIfNull(key);
        float rounded = RoundUp(NoiseMultiplier * bounds.Sensitivity(Relation));
        var released = new GaussianEvent(NoiseMultiplier, Relation);
        charge?.Take(released);
        take();
        ChaCha20Stream stream = key.CreateStream(new StreamId(round, StreamPurpose.PrivacyNoise, tensor));
        values.Device.Sample(values, values, new GaussianNoise<ChaCha20Stream>(stream, rounded));
        return released;
    }

    /// <summary>σ as a float32. Rounded up: a smaller σ than accounted for would break the promise.</summary>
    internal static float RoundUp(double sigma)
    {
        Throw.IfNotInRange(sigma, float.Epsilon, float.MaxValue);
        float rounded = (float)sigma;
        return rounded < sigma ? MathF.BitIncrement(rounded) : rounded;
    }
}
