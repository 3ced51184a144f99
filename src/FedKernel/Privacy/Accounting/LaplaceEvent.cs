// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>The Laplace mechanism, once: (1/z)-differentially private.</summary>
/// <param name="NoiseMultiplier">z = b / L1 sensitivity, b the scale of the noise; positive and finite.</param>
/// <param name="Relation">The relation that the sensitivity was taken for.</param>
public sealed record LaplaceEvent(double NoiseMultiplier, NeighbouringRelation Relation) : PrivacyEvent
{
    /// <summary>As given; checked.</summary>
    public double NoiseMultiplier
    {
        get;
        init => field = EventParameter.Positive(value, nameof(NoiseMultiplier));
    } = EventParameter.Positive(NoiseMultiplier, nameof(NoiseMultiplier));

    /// <inheritdoc/>
    public override NeighbouringRelation Relation { get; } = EventParameter.Known(Relation, nameof(Relation));
}
