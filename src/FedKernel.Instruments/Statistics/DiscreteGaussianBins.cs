// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Statistics;

/// <summary>The discrete Gaussian of one σ summed term by term in float64: probabilities of bins, and moments.</summary>
internal sealed class DiscreteGaussianBins
{
    // Beyond it e^(−z²/2σ²) is below 10⁻³⁰.
    private const double Reach = 12;

    private readonly int _shift;

    /// <summary>Bins of one integer up to σ = 32, of a power of two above.</summary>
    /// <param name="sigma">σ, at most 2²⁴.</param>
    public DiscreteGaussianBins(double sigma)
    {
        while (Math.ScaleB(1, _shift + 5) < sigma)
        {
            _shift++;
        }

        int half = (int)Math.Ceiling(Math.ScaleB(4.5 * sigma, -_shift)) + 1;
        Probabilities = new double[2 * half];
        double sum = 0;
        for (long z = -(long)Math.Ceiling(Reach * sigma); z <= Reach * sigma; z++)
        {
            double p = Math.Exp(-(double)z * z / (2 * sigma * sigma));
            sum += p;
            Variance += p * z * z;
            FourthMoment += p * z * z * z * z;
            Probabilities[Of((int)z)] += p;
        }

        Variance /= sum;
        FourthMoment /= sum;
        for (int i = 0; i < Probabilities.Length; i++)
        {
            Probabilities[i] /= sum;
        }
    }

    /// <summary>Of each bin; the first and the last have the tails.</summary>
    public double[] Probabilities { get; }

    /// <summary>E z²</summary>
    public double Variance { get; }

    /// <summary>E z⁴</summary>
    public double FourthMoment { get; }

    /// <summary>The bin of a sample.</summary>
    public int Of(int z) => Math.Clamp((z >> _shift) + (Probabilities.Length / 2), 0, Probabilities.Length - 1);
}
