// SPDX-License-Identifier: Apache-2.0
// The end of float32 Gaussian noise: see Kernels/GaussianNoise. With u of 33 bits |noise| ≤ R·σ, R = √(66 ln 2) = 6.76, so a value
// between R·σ and R·σ + Δ has probability 0 under one neighbour and up to Φ(1/z − R) under the other, whatever ε is.
namespace FedKernel.Privacy.Accounting;

/// <summary>What continuous noise in float32 costs beyond the Gaussian of real numbers.</summary>
public static class GaussianTail
{
    private static readonly double _end = Math.Sqrt(66 * Math.Log(2));

    /// <summary>A lower bound of the δ that one release adds at every ε: Φ(1/z − 6.76), for neighbours that differ in one coordinate.</summary>
    /// <remarks>Not an upper bound: where the difference is spread over d coordinates it may be up to about √d times 5·10⁻¹¹/z.</remarks>
    /// <param name="noiseMultiplier">z, positive and finite.</param>
    public static double LeastDelta(double noiseMultiplier)
    {
        Throw.IfNotInRange(noiseMultiplier, double.Epsilon, double.MaxValue);
        return Math.Exp(NormalDistribution.LogCdf((1 / noiseMultiplier) - _end));
    }
}
