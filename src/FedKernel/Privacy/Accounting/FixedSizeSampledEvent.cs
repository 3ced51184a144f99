// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>A mechanism run on a batch of fixed size, drawn uniformly without replacement.</summary>
/// <param name="SampleSize">m, 1 to n.</param>
/// <param name="DatasetSize">n.</param>
/// <param name="Inner">What was released about the batch, for replace-one neighbours.</param>
public sealed record FixedSizeSampledEvent(long SampleSize, long DatasetSize, PrivacyEvent Inner) : PrivacyEvent
{
    /// <summary>As given; checked.</summary>
    public long SampleSize { get; } = EventParameter.Count(SampleSize, DatasetSize, nameof(SampleSize));

    /// <summary>As given; checked.</summary>
    public long DatasetSize { get; } = EventParameter.Count(DatasetSize, long.MaxValue, nameof(DatasetSize));

    /// <summary>As given; checked.</summary>
    public PrivacyEvent Inner
    {
        get;
        init => field = EventParameter.Present(value, nameof(Inner));
    } = EventParameter.Present(Inner, nameof(Inner));

    /// <inheritdoc/>
    public override NeighbouringRelation Relation => Inner.Relation;
}
