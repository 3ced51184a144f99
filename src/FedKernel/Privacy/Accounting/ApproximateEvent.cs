// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>Any (ε, δ)-differentially private release of which no more is known: a count, a selection, a score.</summary>
/// <param name="Epsilon">ε ≥ 0.</param>
/// <param name="Delta">δ, 0 to 1.</param>
/// <param name="Relation">The relation that it holds for.</param>
public sealed record ApproximateEvent(double Epsilon, double Delta, NeighbouringRelation Relation) : PrivacyEvent
{
    /// <summary>As given; checked.</summary>
    public double Epsilon
    {
        get;
        init => field = EventParameter.NotNegative(value, nameof(Epsilon));
    } = EventParameter.NotNegative(Epsilon, nameof(Epsilon));

    /// <summary>As given; checked.</summary>
    public double Delta
    {
        get;
        init => field = EventParameter.Mass(value, nameof(Delta));
    } = EventParameter.Mass(Delta, nameof(Delta));

    /// <inheritdoc/>
    public override NeighbouringRelation Relation { get; } = EventParameter.Known(Relation, nameof(Relation));
}
