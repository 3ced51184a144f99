// SPDX-License-Identifier: Apache-2.0
// The Gaussian mechanism on a Poisson batch, for data sets of which one has a record more (Zhu, Dong, Wang 2022, theorem 11).
//   removed: P = (1 − q)·N(0, 1) + q·N(1/z, 1), Q = N(0, 1);   added: the two exchanged.   q = 1: the Gaussian mechanism.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>The loss of a Gaussian release about a Poisson batch, in one direction of add-or-remove-one.</summary>
/// <param name="NoiseMultiplier">z.</param>
/// <param name="SamplingProbability">q in (0, 1].</param>
/// <param name="Added">Whether Q has the record more.</param>
internal sealed record SampledGaussianLoss(double NoiseMultiplier, double SamplingProbability, bool Added) : LossSource, ILossLine
{
    private NormalMixture Mixture => Added ? new(1, 0) : new(1 - SamplingProbability, 1 / NoiseMultiplier);

    /// <summary>Where Q has the record more, the line is mirrored, so that the loss increases.</summary>
    private double Sign => Added ? -1 : 1;

    /// <inheritdoc/>
    public double Loss(double z) => Sign * SmallMath.MixtureLog(SamplingProbability, WholeLoss(Sign * z));

    /// <inheritdoc/>
    public double Inverse(double loss)
    {
        double whole = SmallMath.MixtureLogInverse(SamplingProbability, Sign * loss);
        return Sign * ((whole * NoiseMultiplier) + (0.5 / NoiseMultiplier));
    }

    /// <inheritdoc/>
    public double Density(double z) => Mixture.Density(z);

    /// <inheritdoc/>
    public double Roughness(double z)
    {
        // The logarithm of the mixture bends where its two parts are equal, over a few z of the noise.
        double balance = WholeLoss(Sign * z) - Math.Log((1 - SamplingProbability) / SamplingProbability);
        return Math.Max(Mixture.Roughness(z), SamplingProbability < 1 && Math.Abs(balance) < 40 ? 2 / NoiseMultiplier : 1);
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

    private double WholeLoss(double z) => (z - (0.5 / NoiseMultiplier)) / NoiseMultiplier;
}
