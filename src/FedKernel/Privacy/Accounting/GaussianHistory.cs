// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting;

/// <summary>Histories that one Gaussian release amounts to, exactly or from below.</summary>
/// <remarks>Σ z⁻² adds up under adaptive composition: J. Dong, A. Roth, W. Su, "Gaussian differential privacy", 2022, corollary 3.3.</remarks>
internal static class GaussianHistory
{
    /// <summary>z of the one Gaussian release that the history amounts to; null if it holds another kind.</summary>
    public static double? NoiseMultiplier(PrivacyEvent history) =>
        InverseVariance(history, partsOnly: false) is double sum ? 1 / Math.Sqrt(sum) : null;

    /// <summary>z of the Gaussian releases in the history; null if there is none. The others only add to what they reveal.</summary>
    /// <remarks>A ρ-zCDP release may be a Gaussian one, z⁻² = 2ρ: no accountant can promise less for it.</remarks>
    public static double? NoiseMultiplierOfParts(PrivacyEvent history) =>
        InverseVariance(history, partsOnly: true) is double sum and > 0 ? 1 / Math.Sqrt(sum) : null;

    private static double? InverseVariance(PrivacyEvent e, bool partsOnly) => e switch
    {
        GaussianEvent gaussian => 1 / gaussian.NoiseMultiplier / gaussian.NoiseMultiplier,
        ConcentratedEvent concentrated when partsOnly => 2 * concentrated.Rho,
        EpochEvent epoch => InverseVariance(epoch.Inner, partsOnly),
        PoissonSampledEvent { SamplingProbability: 1 } all => InverseVariance(all.Inner, partsOnly),
        FixedSizeSampledEvent all when all.SampleSize == all.DatasetSize => InverseVariance(all.Inner, partsOnly),
        RepeatedEvent repeated => repeated.Count * InverseVariance(repeated.Inner, partsOnly),
        ComposedEvent composed => composed.Parts.Aggregate((double?)0, (sum, part) => sum + InverseVariance(part, partsOnly)),
        _ => partsOnly ? 0 : null,
    };
}
