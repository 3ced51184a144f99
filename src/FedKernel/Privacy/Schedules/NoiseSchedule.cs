// SPDX-License-Identifier: Apache-2.0
// Noise that changes with the round · L. Yu, L. Liu, C. Pu, M. Gursoy, S. Truex, "Differentially private model publishing for deep
// learning", IEEE S&P 2019, section V: step, exponential and linear decay.
// A schedule that is fixed before the first round composes exactly: J. Dong, A. Roth, W. Su, "Gaussian differential privacy",
// 2022, corollary 3.3:  z = (Σ z_t⁻²)^(−1/2).  A multiplier chosen after looking at releases needs GaussianFilter.
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Schedules;

/// <summary>A noise multiplier for each of T rounds, fixed in advance. Immutable.</summary>
public sealed class NoiseSchedule
{
    private const int MostRounds = 10_000_000;
    private readonly double[] _multipliers;

    private NoiseSchedule(IEnumerable<double> multipliers)
    {
        _multipliers = [.. multipliers];
        Throw.IfNotInRange(_multipliers.Length, 1, MostRounds, "number of rounds");
        foreach (double z in _multipliers)
        {
            Throw.IfNotInRange(z, 1e-6, 1e6, "noise multiplier");
        }

        EffectiveMultiplier = 1 / Math.Sqrt(CompensatedSum.InverseSquares(_multipliers));
    }

    /// <summary>z_t for t = 0 … T − 1; each 10⁻⁶ to 10⁶.</summary>
    public IReadOnlyList<double> NoiseMultipliers => _multipliers;

    /// <summary>T.</summary>
    public int RoundCount => _multipliers.Length;

    /// <summary>z = (Σ z_t⁻²)^(−1/2): the one release that all rounds amount to, if everybody takes part in each.</summary>
    public double EffectiveMultiplier { get; }

    /// <summary>The given multipliers, round after round.</summary>
    public static NoiseSchedule Of(IReadOnlyList<double> multipliers)
    {
        ArgumentNullException.ThrowIfNull(multipliers);
        return new NoiseSchedule(multipliers);
    }

    /// <summary>z_t = z.</summary>
    /// <param name="multiplier">z.</param>
    /// <param name="roundCount">T, 1 to 10⁷.</param>
    public static NoiseSchedule Constant(double multiplier, int roundCount) => Generate(roundCount, _ => multiplier);

    /// <summary>z_t = z₀ · factor^⌊t / length⌋.</summary>
    /// <param name="first">z₀.</param>
    /// <param name="factor">Below 1 the noise falls; positive.</param>
    /// <param name="length">Rounds of a step, at least 1.</param>
    /// <param name="roundCount">T.</param>
    public static NoiseSchedule Step(double first, double factor, int length, int roundCount)
    {
        Throw.IfNotInRange(factor, double.Epsilon, double.MaxValue);
        Throw.IfNotInRange(length, 1, int.MaxValue);
        return Generate(roundCount, t => first * Math.Pow(factor, t / length));
    }

    /// <summary>z_t = z₀ · e^(−k t).</summary>
    /// <param name="first">z₀.</param>
    /// <param name="decay">k; negative where the noise shall rise.</param>
    /// <param name="roundCount">T.</param>
    public static NoiseSchedule Exponential(double first, double decay, int roundCount) =>
        Generate(roundCount, t => first * Math.Exp(-decay * t));

    /// <summary>z_t from z₀ to z_(T−1) in equal steps.</summary>
    /// <param name="first">z₀.</param>
    /// <param name="last">z_(T−1).</param>
    /// <param name="roundCount">T.</param>
    public static NoiseSchedule Linear(double first, double last, int roundCount) =>
        Generate(roundCount, t => roundCount == 1 ? first : first + ((last - first) * t / (roundCount - 1)));

    /// <summary>What all rounds release: a Gaussian event each, equal neighbours joined.</summary>
    /// <param name="relation">Which data sets are neighbours.</param>
    /// <param name="samplingProbability">q in (0, 1]: the coin by which each record takes part in a round.</param>
    public PrivacyEvent Event(NeighbouringRelation relation, double samplingProbability = 1)
    {
        Throw.IfNotInRange(samplingProbability, double.Epsilon, 1);
        return Event(relation, samplingProbability, 1);
    }

    /// <summary>Every multiplier times a factor: the same shape at another level.</summary>
    public NoiseSchedule Scaled(double factor) => new(_multipliers.Select(z => z * factor));

    /// <summary>The schedule of this shape that spends (ε, δ) in its T rounds, exactly, if everybody takes part in each.</summary>
    /// <param name="epsilon">ε &gt; 0.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    public NoiseSchedule CalibratedTo(double epsilon, double delta)
    {
        // A little above, so that rounding a product cannot end up below.
        double target = AnalyticGaussian.NoiseMultiplier(epsilon, delta) * (1 + 1e-14);
        return Scaled(target / EffectiveMultiplier);
    }

    /// <summary>The schedule of this shape whose T rounds of Poisson-sampled releases spend at most (ε, δ).</summary>
    /// <param name="epsilon">ε &gt; 0.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    /// <param name="relation">Which data sets are neighbours.</param>
    /// <param name="samplingProbability">q in (0, 1].</param>
    /// <remarks>Within 10⁻⁶ of the least noise that the upper end of the accountant's bracket allows; see <see cref="Calibration"/>.</remarks>
    /// <exception cref="ArgumentException">No noise in the range of <see cref="Calibration"/> meets it.</exception>
    public NoiseSchedule CalibratedTo(double epsilon, double delta, NeighbouringRelation relation, double samplingProbability)
    {
        Throw.IfNotInRange(samplingProbability, double.Epsilon, 1);
        return samplingProbability == 1
            ? CalibratedTo(epsilon, delta)
            : Scaled(Calibration.NoiseMultiplier(z => Event(relation, samplingProbability, z / _multipliers[0]), epsilon, delta)
                / _multipliers[0]);
    }

    private static NoiseSchedule Generate(int roundCount, Func<int, double> multiplier)
    {
        Throw.IfNotInRange(roundCount, 1, MostRounds);
        return new NoiseSchedule(Enumerable.Range(0, roundCount).Select(multiplier));
    }

    private PrivacyEvent Event(NeighbouringRelation relation, double samplingProbability, double scale)
    {
        var parts = new List<PrivacyEvent>();
        for (int t = 0; t < _multipliers.Length;)
        {
            int end = t + 1;
            while (end < _multipliers.Length && _multipliers[end] == _multipliers[t])
            {
                end++;
            }

            PrivacyEvent one = new GaussianEvent(scale * _multipliers[t], relation);
            one = samplingProbability < 1 ? new PoissonSampledEvent(samplingProbability, one) : one;
            parts.Add(end - t == 1 ? one : new RepeatedEvent(one, end - t));
            t = end;
        }

        return parts.Count == 1 ? parts[0] : new ComposedEvent(parts);
    }
}
