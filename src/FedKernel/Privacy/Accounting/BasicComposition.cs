// SPDX-License-Identifier: Apache-2.0
// Basic composition · C. Dwork et al., "Our data, ourselves", EUROCRYPT 2006: ε and δ add up. Tighter than any Rényi order for a few
// releases with pure differential privacy.
namespace FedKernel.Privacy.Accounting;

/// <summary>Sums of ε and δ, for histories of (ε, δ) and Laplace releases.</summary>
internal static class BasicComposition
{
    /// <summary>(Σε, Σδ); null if a release in the history has no (ε, δ) of its own.</summary>
    public static (double Epsilon, double Delta)? Of(PrivacyEvent history) => history switch
    {
        ApproximateEvent e => (e.Epsilon, e.Delta),
        LaplaceEvent e => (1 / e.NoiseMultiplier, 0),
        EpochEvent e => Of(e.Inner),
        RepeatedEvent e => Of(e.Inner) is var (epsilon, delta) ? (e.Count * epsilon, e.Count * delta) : null,
        ComposedEvent e => e.Parts.Select(Of).Aggregate(
            ((double Epsilon, double Delta)?)(0, 0),
            (sum, part) => sum is var (a, b) && part is var (c, d) ? (a + c, b + d) : null),
        PoissonSampledEvent { SamplingProbability: 1 } e => Of(e.Inner),
        _ => null,
    };
}
