// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>A mechanism run on a batch into which every record came by its own coin of probability q.</summary>
/// <remarks>Batches of a shuffled epoch are not Poisson batches, and have no such event: see <see cref="EpochEvent"/>.</remarks>
/// <param name="SamplingProbability">q in (0, 1].</param>
/// <param name="Inner">What was released about the batch.</param>
public sealed record PoissonSampledEvent(double SamplingProbability, PrivacyEvent Inner) : PrivacyEvent
{
    /// <inheritdoc/>
    public override NeighbouringRelation Relation => Inner.Relation;
}
