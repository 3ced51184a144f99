// SPDX-License-Identifier: Apache-2.0
// One integer with discrete Gaussian noise, for neighbours that differ by m in it: at m + k, k the noise, the loss is
// (m² + 2mk)/(2σ²) · C. Canonne, G. Kamath, T. Steinke 2020 (arXiv 2004.00010), definition 1.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>The loss of an integer with discrete Gaussian noise.</summary>
/// <param name="Sigma">σ, at most <see cref="GreatestSigma"/>: every integer is visited.</param>
/// <param name="Difference">m, at least 1.</param>
internal sealed record DiscreteGaussianLoss(double Sigma, long Difference) : LossSource
{
    /// <summary>The greatest σ for which all integers are visited.</summary>
    public const double GreatestSigma = 1 << 15;

    /// <inheritdoc/>
    public override (double Anchor, double Spacing) Atoms => (Loss(0), Difference / (Sigma * Sigma));

    /// <inheritdoc/>
    public override (double Least, double Greatest) Range(double tail) => (Loss(-Reach(tail)), Loss(Reach(tail)));

    /// <inheritdoc/>
    public override void Visit<TSink>(GridLines lines, double tail, ref TSink sink)
    {
        long reach = Reach(tail);
        double sum = 0;
        for (long k = Reach(1e-300); k >= 1; k--)
        {
            sum += Weight(k);
        }

        double scale = 1 / ((2 * sum) + 1);
        for (long k = -reach; k <= reach; k++)
        {
            sink.Add(Loss(k), scale * Weight(k));
        }
    }

    /// <summary>Beyond it is less than the tail: the sum over integers is below the integral, the sum of all above it.</summary>
    private long Reach(double tail) => (long)Math.Ceiling(Sigma * NormalMixture.Reach(tail / 2));

    private double Weight(long k) => Math.Exp(-0.5 * (k / Sigma) * (k / Sigma));

    private double Loss(long k) => Difference / Sigma * ((0.5 * Difference) + k) / Sigma;
}
