// SPDX-License-Identifier: Apache-2.0
// The Gaussian mechanism on a Poisson batch, for data sets of which one record differs.
//   P = (1 − q)·N(0, 1) + q·N(c, 1),   Q = (1 − q)·N(0, 1) + q·N(−c, 1),   c = 1/(2z)
// z is σ over the sensitivity of replacing, 2C: the record and its substitute pull C to either side. Exchanging P and Q mirrors the
// line, so there is one direction.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>The loss of a Gaussian release about a Poisson batch, for replace-one neighbours.</summary>
/// <param name="NoiseMultiplier">z.</param>
/// <param name="SamplingProbability">q in (0, 1).</param>
internal sealed record ReplacedSampledGaussianLoss(double NoiseMultiplier, double SamplingProbability) : LossSource, ILossLine
{
    private double Shift => 0.5 / NoiseMultiplier;

    private NormalMixture Mixture => new(1 - SamplingProbability, Shift);

    /// <inheritdoc/>
    public double Loss(double z) => OneSided(z) - OneSided(-z);

    /// <inheritdoc/>
    public double Inverse(double loss)
    {
        if (loss <= 0)
        {
            return loss == 0 ? 0 : -Inverse(-loss);
        }

        // With E = e^(cz), k = q·e^(−c²/2): a quadratic in E, written for large losses.
        double logK = Math.Log(SamplingProbability) - (0.5 * Shift * Shift);
        double half = -0.5 * (1 - SamplingProbability) * SmallMath.ExpMinusOne(-loss);
        return (loss + Math.Log(half + Math.Sqrt((half * half) + Math.Exp((2 * logK) - loss))) - logK) / Shift;
    }

    /// <inheritdoc/>
    public double Density(double z) => Mixture.Density(z);

    /// <inheritdoc/>
    public double Roughness(double z)
    {
        double balance = (Shift * Math.Abs(z)) - (0.5 * Shift * Shift) - Math.Log((1 - SamplingProbability) / SamplingProbability);
        return Math.Max(Mixture.Roughness(z), Math.Abs(balance) < 40 ? 2 * Shift : 1);
    }

    /// <inheritdoc/>
    public override (double Least, double Greatest) Range(double tail)
    {
        (double low, double high, _, double high2) = Mixture.Support(tail);
        return (Loss(low), Loss(Math.Max(high, high2)));
    }

    /// <inheritdoc/>
    public override void Visit<TSink>(GridLines lines, double tail, ref TSink sink)
    {
        (double low, double high, double low2, double high2) = Mixture.Support(tail);
        LossCells.Visit(this, low, high, lines, ref sink);
        LossCells.Visit(this, low2, high2, lines, ref sink);
    }

    /// <summary>ln of the mixture at z over the central normal.</summary>
    private double OneSided(double z) => SmallMath.MixtureLog(SamplingProbability, (Shift * z) - (0.5 * Shift * Shift));
}
