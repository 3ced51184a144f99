// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>Any ρ-zero-concentrated release: Rényi divergence of order α at most ρα for all α &gt; 1.</summary>
/// <remarks>M. Bun, T. Steinke, "Concentrated differential privacy", TCC 2016.</remarks>
/// <param name="Rho">ρ, positive and finite.</param>
/// <param name="Relation">The relation that it holds for.</param>
public sealed record ConcentratedEvent(double Rho, NeighbouringRelation Relation) : PrivacyEvent
{
    /// <summary>As given; checked.</summary>
    public double Rho
    {
        get;
        init => field = EventParameter.Positive(value, nameof(Rho));
    } = EventParameter.Positive(Rho, nameof(Rho));

    /// <inheritdoc/>
    public override NeighbouringRelation Relation { get; } = EventParameter.Known(Relation, nameof(Relation));
}
