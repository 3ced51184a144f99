// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;

namespace FedKernel.Training.Sampling;

/// <summary>
/// Batches of records that say how they were sampled, in the language of accountants. A private trainer takes nothing else: a
/// source that does not know its event cannot be handed to it.
/// </summary>
public interface IPrivateBatchSource
{
    /// <summary>n: records to draw from, at least 1. Public.</summary>
    int RecordCount { get; }

    /// <summary>The fixed denominator of a mean over a batch, positive. Never the size of the batch drawn, which tells of records.</summary>
    double ExpectedBatchSize { get; }

    /// <summary>The neighbours for which <see cref="Account"/> holds. It decides the sensitivity of the sums.</summary>
    NeighbouringRelation Relation { get; }

    /// <summary>Record numbers of the next batch, each at most once; may be none.</summary>
    int[] Next();

    /// <summary>What Gaussian releases about the first batches amount to.</summary>
    /// <param name="releases">One for each batch, from the first on, in their order; at least one.</param>
    /// <exception cref="ArgumentException">There is none, or one has another relation.</exception>
    PrivacyEvent Account(IReadOnlyList<GaussianEvent> releases);
}
