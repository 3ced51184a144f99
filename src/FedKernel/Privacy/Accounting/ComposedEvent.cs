// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>Several releases about the same data.</summary>
public sealed record ComposedEvent : PrivacyEvent
{
    /// <summary>All of them, in any order.</summary>
    /// <param name="parts">At least one; all of one relation.</param>
    /// <exception cref="ArgumentException">Two parts have different relations, or there is none.</exception>
    public ComposedEvent(params IReadOnlyList<PrivacyEvent> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        Parts = [.. parts];
        if (Parts.Count == 0)
        {
            throw new ArgumentException("A composition has at least one part.", nameof(parts));
        }

        foreach (PrivacyEvent part in Parts)
        {
            ArgumentNullException.ThrowIfNull(part, nameof(parts));
        }

        Relation = Parts[0].Relation;
        if (Parts.FirstOrDefault(p => p.Relation != Relation) is { } other)
        {
            throw new ArgumentException(
                $"'{Relation}' and '{other.Relation}' do not compose: state every event for one relation.", nameof(parts));
        }
    }

    /// <summary>The parts.</summary>
    public IReadOnlyList<PrivacyEvent> Parts { get; }

    /// <inheritdoc/>
    public override NeighbouringRelation Relation { get; }

    /// <inheritdoc/>
    public bool Equals(ComposedEvent? other) => other is not null && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc/>
    public override int GetHashCode() => Parts.Aggregate(17, (hash, part) => HashCode.Combine(hash, part));
}
