// SPDX-License-Identifier: Apache-2.0
// The Laplace mechanism, on all records or on a Poisson batch. With noise of scale 1 and a shift of s = 1/z, the loss of the whole is
// −s up to 0, 2x − s between 0 and s, and s from s on: two atoms and a line.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>The loss of a Laplace release about a Poisson batch, in one direction of add-or-remove-one.</summary>
/// <param name="NoiseMultiplier">z: scale over sensitivity.</param>
/// <param name="SamplingProbability">q in (0, 1]; 1 for any relation.</param>
/// <param name="Added">Whether Q has the record more.</param>
internal sealed record SampledLaplaceLoss(double NoiseMultiplier, double SamplingProbability, bool Added) : LossSource, ILossLine
{
    private double Shift => 1 / NoiseMultiplier;

    private double Sign => Added ? -1 : 1;

    /// <summary>The mixture's weights: of noise around 0, of noise around s.</summary>
    private (double Central, double Shifted) Weights => Added ? (1, 0) : (1 - SamplingProbability, SamplingProbability);

    /// <inheritdoc/>
    public override (double Anchor, double Spacing) Atoms
    {
        get
        {
            (double least, double greatest) = Range(0);
            return (least, greatest - least);
        }
    }

    /// <inheritdoc/>
    public override double Outside(double tail) => 0;

    /// <inheritdoc/>
    public double Loss(double z) => Sign * SmallMath.MixtureLog(SamplingProbability, (2 * Place(z)) - Shift);

    /// <inheritdoc/>
    public double Inverse(double loss) =>
        Place(0.5 * (SmallMath.MixtureLogInverse(SamplingProbability, Sign * loss) + Shift));

    /// <inheritdoc/>
    public double Density(double z)
    {
        double x = Place(z);
        return 0.5 * ((Weights.Central * Math.Exp(-x)) + (Weights.Shifted * Math.Exp(x - Shift)));
    }

    /// <inheritdoc/>
    public double Roughness(double z) => 2;

    /// <inheritdoc/>
    public override (double Least, double Greatest) Range(double tail) => (Loss(0), Loss(Shift));

    /// <inheritdoc/>
    public override void Visit<TSink>(GridLines lines, double tail, ref TSink sink)
    {
        double far = 0.5 * Math.Exp(-Shift);
        double atZero = (0.5 * Weights.Central) + (far * Weights.Shifted);
        double atShift = (far * Weights.Central) + (0.5 * Weights.Shifted);
        sink.Add(Loss(0), Added ? atShift : atZero);
        sink.Add(Loss(Shift), Added ? atZero : atShift);
        LossCells.Visit(this, 0, Shift, lines, ref sink);
    }

    /// <summary>The line runs backwards where Q has the record more, so that the loss increases.</summary>
    private double Place(double z) => Added ? Shift - z : z;
}
