// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>Any (ε, δ)-differentially private release of which no more is known: a count, a selection, a score.</summary>
/// <param name="Epsilon">ε ≥ 0.</param>
/// <param name="Delta">δ, 0 to 1.</param>
/// <param name="Relation">The relation that it holds for.</param>
public sealed record ApproximateEvent(double Epsilon, double Delta, NeighbouringRelation Relation) : PrivacyEvent
{
    /// <inheritdoc/>
    public override NeighbouringRelation Relation { get; } = Relation;
}
