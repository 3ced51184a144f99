// SPDX-License-Identifier: Apache-2.0
// The Gaussian mechanism on a Poisson batch, for data sets of which one record differs.
//   P = (1 − q)·N(0, 1) + q·N(c, 1),   Q = (1 − q)·N(0, 1) + q·N(−c, 1),   c = 1/(2z)
// z is σ over the sensitivity of replacing, 2C: the record and its substitute pull C to either side. Exchanging P and Q mirrors the
// line, so there is one direction.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>The loss of a Gaussian release about a Poisson batch, for replace-one neighbours.</summary>
/// <param name="NoiseMultiplier">z.</param>
/// <param name="SamplingProbability">q in (0, 1).</param>
internal sealed record ReplacedSampledGaussianLoss(double NoiseMultiplier, double SamplingProbability) : LineLoss
{
    /// <inheritdoc/>
    protected override double CentralWeight => 1 - SamplingProbability;

    /// <inheritdoc/>
    protected override double Shift => 0.5 / NoiseMultiplier;

    /// <inheritdoc/>
    protected override double Loss(double z) => OneSided(z) - OneSided(-z);

    /// <inheritdoc/>
    protected override double Inverse(double loss)
    {
        if (loss <= 0)
        {
            return loss == 0 ? 0 : -Inverse(-loss);
        }

        // With E = e^(cz), k = q·e^(−c²/2): a quadratic in E, written for large losses.
        double logK = Math.Log(SamplingProbability) - (0.5 * Shift * Shift);
        double half = -0.5 * CentralWeight * SmallMath.ExpMinusOne(-loss);
        return (loss + Math.Log(half + Math.Sqrt((half * half) + Math.Exp((2 * logK) - loss))) - logK) / Shift;
    }

    /// <inheritdoc/>
    protected override double Smoothness(double z)
    {
        double balance = (Shift * Math.Abs(z)) - (0.5 * Shift * Shift) - Math.Log((1 - SamplingProbability) / SamplingProbability);
        return Math.Abs(balance) < 40 ? 0.5 / Shift : 1;
    }

    /// <summary>ln of the mixture at z over the central normal.</summary>
    private double OneSided(double z) => SmallMath.MixtureLog(SamplingProbability, (Shift * z) - (0.5 * Shift * Shift));
}
