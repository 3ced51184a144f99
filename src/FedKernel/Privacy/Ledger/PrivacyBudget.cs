// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Ledger;

/// <summary>What may be spent on one data set, ever: all its releases together stay (ε, δ)-differentially private.</summary>
/// <param name="Epsilon">ε, positive and finite.</param>
/// <param name="Delta">0 &lt; δ &lt; 1. Far below one in the number of units, or a single unit may be published whole.</param>
/// <param name="Unit">Whose presence is hidden.</param>
/// <param name="Relation">Which data sets are neighbours; every charged event is stated for it.</param>
public sealed record PrivacyBudget(double Epsilon, double Delta, PrivacyUnit Unit, NeighbouringRelation Relation)
{
    /// <summary>ε.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or not finite.</exception>
    public double Epsilon { get; } = Epsilon > 0 && double.IsFinite(Epsilon)
        ? Epsilon
        : throw new ArgumentOutOfRangeException(nameof(Epsilon), Epsilon, "Must lie in (0, ∞).");

    /// <summary>δ.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside (0, 1).</exception>
    public double Delta { get; } = Delta > 0 && Delta < 1
        ? Delta
        : throw new ArgumentOutOfRangeException(nameof(Delta), Delta, "Must lie in (0, 1).");

    /// <summary>Whose presence is hidden.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No unit of <see cref="PrivacyUnit"/>.</exception>
    public PrivacyUnit Unit { get; } = Enum.IsDefined(Unit)
        ? Unit
        : throw new ArgumentOutOfRangeException(nameof(Unit), Unit, "Unknown unit.");

    /// <summary>Which data sets are neighbours.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No relation of <see cref="NeighbouringRelation"/>.</exception>
    public NeighbouringRelation Relation { get; } = Enum.IsDefined(Relation)
        ? Relation
        : throw new ArgumentOutOfRangeException(nameof(Relation), Relation, "Unknown relation.");

    /// <summary>ε ≤ … at δ = …, unit, relation.</summary>
    public override string ToString() => FormattableString.Invariant($"ε ≤ {Epsilon} at δ = {Delta}, unit {Unit}, neighbours {Relation}");
}
