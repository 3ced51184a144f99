// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>A mechanism run on a batch into which every record came by its own coin of probability q.</summary>
/// <remarks>Batches of a shuffled epoch are not Poisson batches, and have no such event: see <see cref="EpochEvent"/>.</remarks>
/// <param name="SamplingProbability">q in [10⁻³⁰⁰, 1].</param>
/// <param name="Inner">What was released about the batch.</param>
public sealed record PoissonSampledEvent(double SamplingProbability, PrivacyEvent Inner) : PrivacyEvent
{
    /// <summary>As given; checked.</summary>
    public double SamplingProbability
    {
        get;
        init => field = EventParameter.SamplingProbability(value, nameof(SamplingProbability));
    } = EventParameter.SamplingProbability(SamplingProbability, nameof(SamplingProbability));

    /// <summary>As given; checked.</summary>
    public PrivacyEvent Inner
    {
        get;
        init => field = EventParameter.Present(value, nameof(Inner));
    } = EventParameter.Present(Inner, nameof(Inner));

    /// <inheritdoc/>
    public override NeighbouringRelation Relation => Inner.Relation;
}
