// SPDX-License-Identifier: Apache-2.0
// Inversion of the discrete Gaussian by tables that are scanned whole, in two stages, over a convolution (ConvolutionPlan).
// Stage one: nₖ = ⌊2³¹·P(|X| = k)⌋ of the 2³¹ values of a word mean magnitude k; R = 2³¹ − Σnₖ mean "ask the rest". One threshold of
// 31 bits a magnitude: |X| ≥ j exactly if u < R + Σ_{k≥j} nₖ.
// Stage two, the law of the rest: (2³¹·P(|X| = k) − nₖ)/R, by thresholds of 93 bits. One sample asks with probability q = R/2³¹ ≈ 2⁻²⁶.
// Sixteen samples share four draws of the rest: the first that asks compares 93 bits, the second and third 62, the fourth 31.
// Who asks is independent of the draws, so with m thresholds the sixteen are within
//     16·(tail + 2⁻¹⁹⁸·m) + m·(16·q·2⁻⁹³ + 120·q²·2⁻⁶² + 560·q³·2⁻⁶² + 1820·q⁴·2⁻³¹) + 4368·q⁵
// of sixteen exact ones in total variation: what is cut off, what thresholds round, and that a fifth asks (the numbers are C(16, i)).
// That is below 2⁻¹⁰⁰ a sample, as if each had compared more than 100 bits, for a third of the operations.
using System.Numerics;

namespace FedKernel.Random.Discrete;

/// <summary>The discrete Gaussian P(z) ∝ e^(−z²/2σ²) as integers for a kernel that takes the same time for every sample.</summary>
/// <remarks>The variance is exactly σ² up to <see cref="FailureMass"/>: nothing is rounded to a σ nearby. Immutable.</remarks>
public sealed class DiscreteGaussianTable
{
    /// <summary>The smallest σ: 2⁻⁶.</summary>
    public const double LeastSigma = 1.0 / 64;

    /// <summary>The largest σ: 2²⁴, whose samples and their sum with an integer of 2³⁰ still are int32.</summary>
    public const double GreatestSigma = 1 << 24;

    /// <summary>Samples that share the draws of the rest.</summary>
    internal const int Step = 16;

    /// <summary>Bits of a limb: the 32nd is the borrow of a comparison.</summary>
    internal const int LimbBits = 31;

    private const int TailExponent = -108;

    private readonly uint[] _words;

    /// <summary>Computes the table, in about a millisecond.</summary>
    /// <param name="sigma">σ in [<see cref="LeastSigma"/>, <see cref="GreatestSigma"/>], taken exactly as the double that it is.</param>
    public DiscreteGaussianTable(double sigma)
    {
        Throw.IfNotInRange(sigma, LeastSigma, GreatestSigma);
        Sigma = sigma;
        ConvolutionPlan plan = ConvolutionPlan.For(sigma);
        var law = new DiscreteGaussianLaw(Rational.From(sigma).Square / plan.SumOfSquares, TailExponent);
        List<uint> first = FirstStage(law, out BigInteger rest), second = SecondStage(law, rest);
        Shape = new DrawShape(first.Count - 1, second.Count / 3, plan.Multipliers.Count);
        _words = [.. first, .. second, .. plan.Multipliers.Select(k => (uint)k)];
        Multipliers = plan.Multipliers;
        BaseSigma = plan.BaseSigma;
        FailureMassOfStep = (plan.Multipliers.Count * MassOfTerm(law, rest)) + (Step * plan.SmoothingError);
        long largest = Math.Max(Shape.First, Shape.Rest);
        Bound = (int)(largest * plan.Multipliers.Sum(k => (long)k));
    }

    /// <summary>σ.</summary>
    public double Sigma { get; }

    /// <summary>No sample is larger in magnitude.</summary>
    public int Bound { get; }

    /// <summary>How the words are laid out.</summary>
    public DrawShape Shape { get; }

    /// <summary>The words for a kernel: copy them to its device.</summary>
    public ReadOnlySpan<uint> Words => _words;

    /// <summary>The multipliers of the convolution.</summary>
    internal IReadOnlyList<int> Multipliers { get; }

    /// <summary>σ of each of its terms.</summary>
    internal double BaseSigma { get; }

    /// <summary>Total variation distance of the samples of a step from exact ones.</summary>
    internal double FailureMassOfStep { get; }

    /// <summary>
    /// Total variation distance between a vector of samples and as many independent exact ones, at most: what δ grows by, times
    /// 1 + e^ε. At most 2⁻⁹⁶ a sample.
    /// </summary>
    /// <param name="samples">How many, at least 0.</param>
    public double FailureMass(long samples)
    {
        Throw.IfNotInRange(samples, 0, long.MaxValue - Step);
        return ((samples + Step - 1) / Step) * FailureMassOfStep;
    }

    /// <summary>R + Σ_{k≥j} nₖ for j = 1, 2, …, and R.</summary>
    private static List<uint> FirstStage(DiscreteGaussianLaw law, out BigInteger rest)
    {
        List<BigInteger> counts = [.. law.Masses.Select(Count)];
        rest = (BigInteger.One << LimbBits) - counts.Aggregate((a, b) => a + b);
        var thresholds = new List<uint> { (uint)rest };
        BigInteger sum = rest;
        for (int k = counts.FindLastIndex(n => n > 0); k > 0; k--)
        {
            sum += counts[k];
            thresholds.Insert(0, (uint)sum);
        }

        return thresholds;
    }

    /// <summary>2⁹³·P(|X| ≥ j) of the rest for j = 1, 2, …, nearest, as three limbs each.</summary>
    private static List<uint> SecondStage(DiscreteGaussianLaw law, BigInteger rest)
    {
        List<uint> limbs = [];
        BigInteger sum = 0, greatest = (BigInteger.One << (3 * LimbBits)) - 1;
        int shift = DiscreteGaussianLaw.Precision - LimbBits;
        for (int k = law.Masses.Count - 1; k > 0 && !rest.IsZero; k--)
        {
            // 2³¹·P(k) − nₖ, which is what lies below bit 0 of 2³¹·P(k).
            sum += law.Masses[k] - (Count(law.Masses[k]) << shift);
            BigInteger threshold = BigInteger.Min(((sum << (3 * LimbBits)) + ((rest << shift) / 2)) / (rest << shift), greatest);
            limbs.InsertRange(0, [Limb(threshold, 2), Limb(threshold, 1), Limb(threshold, 0)]);
        }

        return limbs;
    }

    private static double MassOfTerm(DiscreteGaussianLaw law, BigInteger rest)
    {
        double q = Math.ScaleB((double)rest, -LimbBits), m = law.Masses.Count;
        return (Step * (law.TailMass + Math.ScaleB(m, DiscreteGaussianLaw.ErrorExponent + 2)))
            + (Step * q * Math.ScaleB(m, -3 * LimbBits))
            + (((120 * q * q) + (560 * q * q * q)) * Math.ScaleB(m, -2 * LimbBits))
            + (1820 * q * q * q * q * Math.ScaleB(m, -LimbBits))
            + (4368 * q * q * q * q * q);
    }

    private static BigInteger Count(BigInteger mass) => mass >> (DiscreteGaussianLaw.Precision - LimbBits);

    private static uint Limb(BigInteger value, int index) => (uint)((value >> (LimbBits * index)) & 0x7FFFFFFF);
}
