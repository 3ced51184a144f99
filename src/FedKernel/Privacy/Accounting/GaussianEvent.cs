// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>The Gaussian mechanism, once.</summary>
/// <param name="NoiseMultiplier">z = σ / sensitivity; positive and finite.</param>
/// <param name="Relation">The relation that the sensitivity was taken for.</param>
public sealed record GaussianEvent(double NoiseMultiplier, NeighbouringRelation Relation) : PrivacyEvent
{
    /// <summary>As given; checked.</summary>
    public double NoiseMultiplier
    {
        get;
        init => field = EventParameter.Positive(value, nameof(NoiseMultiplier));
    } = EventParameter.Positive(NoiseMultiplier, nameof(NoiseMultiplier));

    /// <inheritdoc/>
    public override NeighbouringRelation Relation { get; } = EventParameter.Known(Relation, nameof(Relation));

    /// <summary>The one event that T adaptive releases of this one amount to, exactly: noise multiplier z / √T.</summary>
    /// <remarks>Gaussian privacy profiles compose exactly: J. Dong, A. Roth, W. Su, "Gaussian differential privacy", 2022, corollary 3.3.</remarks>
    /// <param name="count">T, at least 1.</param>
    public GaussianEvent Compose(long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return this with { NoiseMultiplier = NoiseMultiplier / Math.Sqrt(count) };
    }
}
