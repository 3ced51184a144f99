// SPDX-License-Identifier: Apache-2.0
// Clipping fused into the weighted sum · M. Abadi et al., CCS 2016, algorithm 1, over the clients of a round as in H. McMahan et
// al., "Learning differentially private recurrent language models", ICLR 2018, algorithm 1: Σ wₖ · xₖ · min(1, C / ‖xₖ‖₂).
// With the norms known, clipping is a factor on the weight, so the sum needs no pass of its own for it: 4n + 4 bytes an element.
namespace FedKernel.Kernels;

/// <summary>Weights of <see cref="WeightedSum"/> that clip every row to L2 norm C on the way.</summary>
public static class ClippedWeights
{
    /// <summary>factors[k] = weights[k] · min(1, C / √squaredNorms[k]), rounded down as <see cref="ClipAndScale"/> does.</summary>
    /// <remarks>Guarantee: the row as it enters the sum, float32 products included, has an exact L2 norm of at most weights[k] · C.</remarks>
    /// <param name="squaredNorms">‖xₖ‖₂² as <see cref="SquaredL2Norm"/> gives it, finite and not negative.</param>
    /// <param name="clippingBound">C.</param>
    /// <param name="weights">Each in (0, 1].</param>
    /// <param name="factors">As many; written only if every argument is good.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A norm, the bound or a weight lies outside.</exception>
    public static void Fill(
        ReadOnlySpan<double> squaredNorms, double clippingBound, ReadOnlySpan<double> weights, Span<float> factors)
    {
        Throw.IfLengthsDiffer(squaredNorms.Length, weights.Length, nameof(squaredNorms), nameof(weights));
        Throw.IfLengthsDiffer(squaredNorms.Length, factors.Length, nameof(squaredNorms), nameof(factors));
        for (int k = 0; k < weights.Length; k++)
        {
            _ = new ClipAndScale(squaredNorms[k], clippingBound, weights[k]);
        }

        for (int k = 0; k < weights.Length; k++)
        {
            factors[k] = new ClipAndScale(squaredNorms[k], clippingBound, weights[k]).Factor;
        }
    }
}
