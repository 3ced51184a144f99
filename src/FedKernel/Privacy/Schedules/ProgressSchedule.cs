// SPDX-License-Identifier: Apache-2.0
// Noise by training progress · L. Yu et al., "Differentially private model publishing for deep learning", IEEE S&P 2019, section V,
// "validation-based decay": the noise falls when the validation score stops rising.
// Different here: the score is noised and its cost is in the composition (there it comes from public data), and the worst case over
// all courses that training may take is known before the first round.
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Schedules;

/// <summary>Levels of noise that training descends when noised validation scores no longer improve. Immutable.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> Whatever the scores, rounds and scores together are as private as <see cref="WorstCase"/>: the multipliers depend
/// on releases, and <see cref="GaussianFilter"/> covers that.</para>
/// </remarks>
public sealed class ProgressSchedule
{
    /// <summary>A plan.</summary>
    /// <param name="levels">Noise multipliers, falling; each 10⁻⁶ to 10⁶. A round uses one of them.</param>
    /// <param name="roundCount">T.</param>
    /// <param name="scoreInterval">A score is released after this many rounds, again and again; not after the last round.</param>
    /// <param name="scoreMultiplier">Noise multiplier of each score.</param>
    public ProgressSchedule(IReadOnlyList<double> levels, int roundCount, int scoreInterval, double scoreMultiplier)
    {
        ArgumentNullException.ThrowIfNull(levels);
        Throw.IfNotInRange(levels.Count, 1, 1000, "number of levels");
        Throw.IfNotInRange(roundCount, 1, 10_000_000);
        Throw.IfNotInRange(scoreInterval, 1, int.MaxValue);
        Throw.IfNotInRange(scoreMultiplier, 1e-6, 1e6);
        double before = 1e6;
        foreach (double level in levels)
        {
            Throw.IfNotInRange(level, 1e-6, before, "level of noise");
            before = level;
        }

        (Levels, RoundCount, ScoreInterval, ScoreMultiplier) = ([.. levels], roundCount, scoreInterval, scoreMultiplier);
    }

    /// <summary>Noise multipliers, falling.</summary>
    public IReadOnlyList<double> Levels { get; }

    /// <summary>T.</summary>
    public int RoundCount { get; }

    /// <summary>Rounds from one score to the next.</summary>
    public int ScoreInterval { get; }

    /// <summary>Noise multiplier of each score.</summary>
    public double ScoreMultiplier { get; }

    /// <summary>Scores without improvement after which the noise falls; 1 by default.</summary>
    public int Patience { get; init => field = AtLeastOne(value); } = 1;

    /// <summary>What a score must exceed the best one by to count as improvement, 0 to 1; 0 by default.</summary>
    public double LeastImprovement { get; init => field = ZeroToOne(value); }

    /// <summary>z of the one release that the costliest course amounts to: every score disappoints, so the noise falls as early as it can.</summary>
    public double WorstCaseMultiplier
    {
        get
        {
            var sum = default(CompensatedSum);
            var course = new ProgressCourse(this);
            for (int t = 0; t < RoundCount; t++)
            {
                sum.Add(1 / (course.NoiseMultiplier * course.NoiseMultiplier));
                if (IsScored(t))
                {
                    sum.Add(1 / (ScoreMultiplier * ScoreMultiplier));
                    course.Observe(0);
                }
            }

            return 1 / Math.Sqrt(sum.Value);
        }
    }

    /// <summary>What to charge for the whole, in advance.</summary>
    public GaussianEvent WorstCase(NeighbouringRelation relation) => new GaussianFilter(WorstCaseMultiplier, relation).Budget;

    /// <summary>Whether a score follows round t, from 0.</summary>
    public bool IsScored(int round) => (round + 1) % ScoreInterval == 0 && round + 1 < RoundCount;

    /// <summary>Levels and scores times the one factor with which the worst case spends (ε, δ).</summary>
    public ProgressSchedule CalibratedTo(double epsilon, double delta)
    {
        double scale = AnalyticGaussian.NoiseMultiplier(epsilon, delta) * (1 + Math.ScaleB(1, -39)) / WorstCaseMultiplier;
        return new ProgressSchedule([.. Levels.Select(z => z * scale)], RoundCount, ScoreInterval, ScoreMultiplier * scale)
        {
            Patience = Patience,
            LeastImprovement = LeastImprovement,
        };
    }

    // Below 0 even a falling score would improve, and the worst case would be another course.
    private static double ZeroToOne(double value)
    {
        Throw.IfNotInRange(value, 0, 1, nameof(LeastImprovement));
        return value;
    }

    private static int AtLeastOne(int value)
    {
        Throw.IfNotInRange(value, 1, int.MaxValue, nameof(Patience));
        return value;
    }
}
