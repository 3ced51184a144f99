// SPDX-License-Identifier: Apache-2.0
// Canaries for sums of clipped updates · after the "Dirac canary" of M. Nasr et al., 2023 (arXiv 2302.07956): each is one coordinate
// of its own, so scores are independent where the noise is, and each one's distance is the whole sensitivity.
namespace FedKernel.Training.Auditing;

/// <summary>What everybody knows about the canaries: all but the coins.</summary>
/// <remarks>
/// Canary i is the vector with <see cref="RawNorm"/> in coordinate i and 0 elsewhere. It takes part, if it is in, in round i mod 2
/// and in that round only: two rounds of disjoint participants cost each of them one release, and whoever reuses noise is found out.
/// </remarks>
public sealed class CanaryPlan
{
    /// <summary>Rounds of a release.</summary>
    public const int RoundCount = 2;

    /// <summary>A plan.</summary>
    /// <param name="count">m, 16 to 2²⁰; also the dimension.</param>
    /// <param name="clippingBound">C, 10⁻³ to 10³.</param>
    public CanaryPlan(int count, double clippingBound = 1)
    {
        Throw.IfNotInRange(count, 16, 1 << 20);
        Throw.IfNotInRange(clippingBound, 1e-3, 1e3);
        (Count, ClippingBound) = (count, clippingBound);
    }

    /// <summary>m.</summary>
    public int Count { get; }

    /// <summary>C: what the mechanism says that it clips to.</summary>
    public double ClippingBound { get; }

    /// <summary>The norm of a canary before clipping, 8C: a mechanism that clips too late lets more of it through.</summary>
    public float RawNorm => (float)(8 * ClippingBound);

    /// <summary>The round that canary i takes part in.</summary>
    public static int RoundOf(int canary) => canary % RoundCount;
}
