// SPDX-License-Identifier: Apache-2.0
// Weighted averages under privacy · B. McMahan et al., "Learning differentially private recurrent language models", ICLR 2018
// (arXiv 1710.06963), section 3, estimator f̃_f and lemma 1:
//   w_i = min(n_i / n_cap, 1),   mean = Σ w_i Δ_i / (q W),   sensitivity = C · max w / (q W)
// q: probability with which a client takes part; W = Σ w_i over all clients, present or not, a public number.
// Never the sum of the weights received: it depends on who takes part, so the sensitivity of the quotient would be another.
namespace FedKernel.Privacy.Clipping;

/// <summary>Capped client weights and the fixed denominator that belongs to them. Immutable.</summary>
/// <remarks>
/// <para><b>Assumptions.</b> The cap and the denominator are public: chosen beforehand, or released by a mechanism of their own.
/// Taken from the private counts themselves they would leak them.</para>
/// </remarks>
public sealed class CappedWeights
{
    /// <summary>Weights under a cap.</summary>
    /// <param name="exampleCap">n_cap: examples beyond which a client weighs no more; positive and finite.</param>
    /// <param name="expectedTotal">qW: the expected sum of the weights that take part; positive and finite.</param>
    public CappedWeights(double exampleCap, double expectedTotal)
    {
        Throw.IfNotInRange(exampleCap, 1e-9, 1e18);
        Throw.IfNotInRange(expectedTotal, 1e-9, 1e18);
        (ExampleCap, ExpectedTotal) = (exampleCap, expectedTotal);
    }

    /// <summary>Every client weighs 1.</summary>
    /// <param name="expectedCount">The expected number of clients that take part: q times all of them.</param>
    public static CappedWeights Uniform(double expectedCount) => new(1e-9, expectedCount);

    /// <summary>n_cap.</summary>
    public double ExampleCap { get; }

    /// <summary>qW: what every sum is divided by, whoever came.</summary>
    public double ExpectedTotal { get; }

    /// <summary>The denominator of a federation with public example counts.</summary>
    /// <param name="publicCounts">n_i of every client of the federation, whether it will take part or not.</param>
    /// <param name="exampleCap">n_cap.</param>
    /// <param name="samplingProbability">q in (0, 1].</param>
    public static CappedWeights ForFederation(IReadOnlyList<double> publicCounts, double exampleCap, double samplingProbability)
    {
        ArgumentNullException.ThrowIfNull(publicCounts);
        Throw.IfNotInRange(samplingProbability, double.Epsilon, 1);
        var one = new CappedWeights(exampleCap, 1);
        return new CappedWeights(exampleCap, samplingProbability * publicCounts.Sum(one.Weight));
    }

    /// <summary>w = min(n / n_cap, 1).</summary>
    /// <param name="exampleCount">n, positive and finite.</param>
    public double Weight(double exampleCount)
    {
        Throw.IfNotInRange(exampleCount, double.Epsilon, double.MaxValue);
        return Math.Min(exampleCount / ExampleCap, 1);
    }

    /// <summary>The L2 sensitivity of the weighted mean: C / (qW), or twice that for replace-one.</summary>
    /// <param name="clippingBound">C of every update.</param>
    /// <param name="relation">Which data sets are neighbours; the unit is the client.</param>
    public double Sensitivity(double clippingBound, NeighbouringRelation relation)
    {
        Throw.IfNotInRange(clippingBound, double.Epsilon, double.MaxValue);
        return GroupBounds.Times(relation) * clippingBound / ExpectedTotal;
    }
}
