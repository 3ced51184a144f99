// SPDX-License-Identifier: Apache-2.0
// Noise of its own for each group · B. McMahan et al., "A general approach to adding differential privacy to iterative training
// procedures", 2018 (arXiv 1812.06210), section 3: group l is bounded by Cₗ and gets σₗ = zₗ · Cₗ. Divided by its σₗ, the whole is
// one vector with noise 1 and sensitivity √(Σ zₗ⁻²), hence one Gaussian mechanism with
//   z = (Σ zₗ⁻²)^(−1/2)
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Clipping;

namespace FedKernel.Privacy.Layers;

/// <summary>A noise multiplier for each group, and the one event that they amount to. Immutable.</summary>
/// <remarks>z = (1, 2, 4) is as private as z = 0.8729 on the whole.</remarks>
public sealed class LayerwiseNoise
{
    /// <summary>The given multipliers.</summary>
    /// <param name="noiseMultipliers">zₗ = σₗ / sensitivity of group l, 10⁻⁶ to 10⁶; at least one.</param>
    /// <param name="relation">Which data sets are neighbours.</param>
    public LayerwiseNoise(IReadOnlyList<double> noiseMultipliers, NeighbouringRelation relation)
    {
        ArgumentNullException.ThrowIfNull(noiseMultipliers);
        Throw.IfNotInRange(noiseMultipliers.Count, 1, int.MaxValue, "number of groups");
        foreach (double z in noiseMultipliers)
        {
            Throw.IfNotInRange(z, 1e-6, 1e6, "noise multiplier");
        }

        GroupBounds.Times(relation);
        NoiseMultipliers = [.. noiseMultipliers];
        Relation = relation;
        EffectiveMultiplier = 1 / Math.Sqrt(CompensatedSum.InverseSquares(noiseMultipliers));
    }

    /// <summary>zₗ, for each group.</summary>
    public IReadOnlyList<double> NoiseMultipliers { get; }

    /// <summary>Which data sets are neighbours.</summary>
    public NeighbouringRelation Relation { get; }

    /// <summary>z = (Σ zₗ⁻²)^(−1/2).</summary>
    public double EffectiveMultiplier { get; }

    /// <summary>What one release amounts to, exactly.</summary>
    public GaussianEvent Event => new(EffectiveMultiplier, Relation);

    /// <summary>σₗ = zₗ · sensitivity of group l.</summary>
    /// <exception cref="ArgumentException">There are not as many groups as multipliers.</exception>
    public double StandardDeviation(GroupBounds bounds, int group)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        Throw.IfLengthsDiffer(NoiseMultipliers.Count, bounds.Bounds.Count, "noise multipliers", nameof(bounds));
        return NoiseMultipliers[group] * bounds.Sensitivity(Relation, group);
    }

    /// <summary>Every multiplier times a factor: a schedule that scales with the rounds.</summary>
    public LayerwiseNoise Scaled(double factor) => new([.. NoiseMultipliers.Select(z => z * factor)], Relation);
}
