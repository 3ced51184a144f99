// SPDX-License-Identifier: Apache-2.0
// The noise of a round of adaptive clipping · G. Andrew et al., NeurIPS 2021 (arXiv 1905.03871), theorem 1:
//   z_Δ = (z⁻² − (2σ_b)⁻²)^(−1/2)
// The bit is centred to ±½, so one client moves the count by ½ and its noise multiplier is 2σ_b. Under replace-one it turns from
// −½ to ½: the count moves by 1 and its multiplier is σ_b.
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Clipping;

namespace FedKernel.Privacy.Adaptive;

/// <summary>Splits a round's noise multiplier between the sum of updates and the count that moves the bound. Immutable.</summary>
public sealed class AdaptiveNoise
{
    /// <summary>A split.</summary>
    /// <param name="noiseMultiplier">z of the whole round, 10⁻⁶ to 10⁶.</param>
    /// <param name="countDeviation">σ_b: the deviation of the noise on the count; about a twentieth of the cohort in the paper.</param>
    /// <param name="relation">Which data sets are neighbours.</param>
    /// <exception cref="ArgumentOutOfRangeException">σ_b is so small that the count alone spends more than the round has.</exception>
    public AdaptiveNoise(double noiseMultiplier, double countDeviation, NeighbouringRelation relation)
    {
        Throw.IfNotInRange(noiseMultiplier, 1e-6, 1e6);
        Throw.IfNotInRange(countDeviation, 1e-6, 1e12);
        double sensitivity = 0.5 * GroupBounds.Times(relation);
        double count = countDeviation / sensitivity;
        if (count <= noiseMultiplier)
        {
            throw new ArgumentOutOfRangeException(
                nameof(countDeviation),
                countDeviation,
                $"Must exceed {noiseMultiplier * sensitivity}: with less, the count alone spends the round's multiplier {noiseMultiplier}.");
        }

        (NoiseMultiplier, CountDeviation, Relation, CountMultiplier) = (noiseMultiplier, countDeviation, relation, count);
        // z / √(1 − (z/z_b)²): no difference of two large squares.
        double ratio = noiseMultiplier / count;
        UpdateMultiplier = noiseMultiplier / Math.Sqrt((1 - ratio) * (1 + ratio));
        Throw.IfNotInRange(UpdateMultiplier, 1e-6, 1e6);
    }

    /// <summary>z of the whole round.</summary>
    public double NoiseMultiplier { get; }

    /// <summary>σ_b.</summary>
    public double CountDeviation { get; }

    /// <summary>Which data sets are neighbours.</summary>
    public NeighbouringRelation Relation { get; }

    /// <summary>σ_b over the sensitivity of the count.</summary>
    public double CountMultiplier { get; }

    /// <summary>z_Δ: the multiplier of the noise on the sum of the updates.</summary>
    public double UpdateMultiplier { get; }

    /// <summary>What a round amounts to, exactly: both releases are one Gaussian mechanism with z.</summary>
    public GaussianEvent Event => new(NoiseMultiplier, Relation);
}
