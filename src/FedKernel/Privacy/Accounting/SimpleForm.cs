// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>A history in the words that every method understands, with the same guarantee, exactly.</summary>
internal static class SimpleForm
{
    /// <summary>
    /// Gaussian releases of one batch become one; a coin after a coin is one coin; a sample of everything is none; an epoch is the
    /// batch with the record.
    /// </summary>
    public static PrivacyEvent Of(PrivacyEvent history) => history switch
    {
        GaussianEvent => history,
        _ when GaussianHistory.NoiseMultiplier(history) is double z => new GaussianEvent(z, history.Relation),
        EpochEvent e => Of(e.Inner),
        PoissonSampledEvent { SamplingProbability: 1 } e => Of(e.Inner),
        PoissonSampledEvent e => Sampled(e.SamplingProbability, Of(e.Inner)),
        FixedSizeSampledEvent e when e.SampleSize == e.DatasetSize => Of(e.Inner),
        FixedSizeSampledEvent e => e with { Inner = Of(e.Inner) },
        RepeatedEvent e => e with { Inner = Of(e.Inner) },
        ComposedEvent e => new ComposedEvent([.. e.Parts.Select(Of)]),
        _ => history,
    };

    private static PoissonSampledEvent Sampled(double q, PrivacyEvent inner) => inner is PoissonSampledEvent twice
        ? new PoissonSampledEvent(q * twice.SamplingProbability, twice.Inner)
        : new PoissonSampledEvent(q, inner);
}
