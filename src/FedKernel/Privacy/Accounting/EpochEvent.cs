// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>One pass over a partition of the data, by blocks or shuffled: every record is in exactly one batch.</summary>
/// <remarks>
/// Parallel composition and nothing more: the pass costs what its one batch with the record costs. Shuffling is given no
/// amplification, whatever the batch size: L. Chua et al., "How private are DP-SGD implementations?", ICML 2024.
/// </remarks>
/// <param name="Inner">What was released about each batch.</param>
public sealed record EpochEvent(PrivacyEvent Inner) : PrivacyEvent
{
    /// <summary>As given; checked.</summary>
    public PrivacyEvent Inner
    {
        get;
        init => field = EventParameter.Present(value, nameof(Inner));
    } = EventParameter.Present(Inner, nameof(Inner));

    /// <inheritdoc/>
    public override NeighbouringRelation Relation => Inner.Relation;
}
