// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>The same release, T times.</summary>
/// <param name="Inner">One of them.</param>
/// <param name="Count">T, at least 1.</param>
public sealed record RepeatedEvent(PrivacyEvent Inner, long Count) : PrivacyEvent
{
    /// <summary>As given; checked.</summary>
    public PrivacyEvent Inner
    {
        get;
        init => field = EventParameter.Present(value, nameof(Inner));
    } = EventParameter.Present(Inner, nameof(Inner));

    /// <summary>As given; checked.</summary>
    public long Count
    {
        get;
        init => field = EventParameter.Count(value, long.MaxValue, nameof(Count));
    } = EventParameter.Count(Count, long.MaxValue, nameof(Count));

    /// <inheritdoc/>
    public override NeighbouringRelation Relation => Inner.Relation;
}
