// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>The same release, T times.</summary>
/// <param name="Inner">One of them.</param>
/// <param name="Count">T, at least 1.</param>
public sealed record RepeatedEvent(PrivacyEvent Inner, long Count) : PrivacyEvent
{
    /// <inheritdoc/>
    public override NeighbouringRelation Relation => Inner.Relation;
}
