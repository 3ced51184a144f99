// SPDX-License-Identifier: Apache-2.0
// The Gaussian mechanism on a Poisson batch, for data sets of which one has a record more (Zhu, Dong, Wang 2022, theorem 11).
//   removed: P = (1 − q)·N(0, 1) + q·N(1/z, 1), Q = N(0, 1);   added: the two exchanged.   q = 1: the Gaussian mechanism.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>The loss of a Gaussian release about a Poisson batch, in one direction of add-or-remove-one.</summary>
/// <param name="NoiseMultiplier">z.</param>
/// <param name="SamplingProbability">q in (0, 1].</param>
/// <param name="Added">Whether Q has the record more.</param>
internal sealed record SampledGaussianLoss(double NoiseMultiplier, double SamplingProbability, bool Added) : LineLoss
{
    private double Sign => Added ? -1 : 1;

    /// <inheritdoc/>
    protected override double CentralWeight => Added ? 1 : 1 - SamplingProbability;

    /// <inheritdoc/>
    protected override double Shift => Added ? 0 : 1 / NoiseMultiplier;

    /// <inheritdoc/>
    protected override double Loss(double z) => Sign * SmallMath.MixtureLog(SamplingProbability, WholeLoss(Sign * z));

    /// <inheritdoc/>
    protected override double Inverse(double loss)
    {
        double whole = SmallMath.MixtureLogInverse(SamplingProbability, Sign * loss);
        return Sign * ((whole * NoiseMultiplier) + (0.5 / NoiseMultiplier));
    }

    /// <inheritdoc/>
    protected override double Smoothness(double z)
    {
        // The logarithm of the mixture bends where its two parts are equal, over a few z of the noise.
        double balance = WholeLoss(Sign * z) - Math.Log((1 - SamplingProbability) / SamplingProbability);
        return SamplingProbability < 1 && Math.Abs(balance) < 40 ? 0.5 * NoiseMultiplier : 1;
    }

    private double WholeLoss(double z) => (z - (0.5 / NoiseMultiplier)) / NoiseMultiplier;
}
