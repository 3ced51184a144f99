// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;

namespace FedKernel.Privacy.Auditing;

/// <summary>What an attack said about each canary, beside the truth: the higher the score, the surer it is that the canary was in.</summary>
public sealed class CanaryScores
{
    private readonly double[] _in, _out;

    /// <summary>Scores of canaries that were in, and of canaries that were out.</summary>
    /// <param name="included">At least one, none NaN; any order.</param>
    /// <param name="excluded">At least one, none NaN; any order.</param>
    /// <exception cref="ArgumentException">One of them is empty or holds NaN.</exception>
    public CanaryScores(ReadOnlySpan<double> included, ReadOnlySpan<double> excluded)
    {
        _in = Sorted(included, nameof(included));
        _out = Sorted(excluded, nameof(excluded));
    }

    /// <summary>Scores in the order of the canaries, and the coins.</summary>
    /// <param name="scores">One a canary.</param>
    /// <param name="included">One a canary, as long as <paramref name="scores"/>.</param>
    public static CanaryScores Join(ReadOnlySpan<double> scores, ReadOnlySpan<bool> included)
    {
        Throw.IfLengthsDiffer(scores.Length, included.Length, nameof(scores), nameof(included));
        List<double> inside = [], outside = [];
        for (int i = 0; i < scores.Length; i++)
        {
            (included[i] ? inside : outside).Add(scores[i]);
        }

        return new CanaryScores([.. inside], [.. outside]);
    }

    /// <summary>m: all canaries.</summary>
    public int Count => _in.Length + _out.Length;

    /// <summary>Canaries that were in.</summary>
    public int IncludedCount => _in.Length;

    /// <summary>Canaries that were out.</summary>
    public int ExcludedCount => _out.Length;

    /// <summary>Calls in what scores at or above the threshold.</summary>
    public ConfusionMatrix At(double threshold)
    {
        int falseNegatives = CountBelow(_in, threshold), trueNegatives = CountBelow(_out, threshold);
        return new ConfusionMatrix(_in.Length - falseNegatives, falseNegatives, _out.Length - trueNegatives, trueNegatives);
    }

    /// <summary>The largest TPR that a threshold reaches at this FPR or less.</summary>
    /// <param name="falsePositiveRate">0 to 1.</param>
    public double TruePositiveRateAt(double falsePositiveRate)
    {
        Throw.IfNotInRange(falsePositiveRate, 0, 1);
        int allowed = (int)(falsePositiveRate * _out.Length);
        return allowed == _out.Length ? 1 : IncludedAbove(BestExcluded(allowed + 1)) / (double)_in.Length;
    }

    /// <summary>The corners of the ROC curve's concave hull, from the strictest threshold (nothing called in) to the loosest.</summary>
    public IReadOnlyList<ConfusionMatrix> RocHull() => [.. HullThresholds().Select(At)];

    /// <summary>The area under the hull: 0.5 for a guesser, 1 for one who always knows.</summary>
    public double AreaUnderRocHull()
    {
        double twice = 0;
        IReadOnlyList<ConfusionMatrix> hull = RocHull();
        for (int i = 1; i < hull.Count; i++)
        {
            twice += (hull[i].FalsePositiveRate - hull[i - 1].FalsePositiveRate)
                * (hull[i].TruePositiveRate + hull[i - 1].TruePositiveRate);
        }

        return twice / 2;
    }

    /// <summary>The j-th best score of the canaries that were out, j from 1.</summary>
    internal double BestExcluded(int rank) => _out[^rank];

    /// <summary>Canaries that were in and score above the threshold.</summary>
    internal long IncludedAbove(double threshold) => _in.Length - CountBelow(_in, Math.BitIncrement(threshold));

    /// <summary>Thresholds of the hull's corners, falling from +∞.</summary>
    internal IReadOnlyList<double> HullThresholds()
    {
        double[] thresholds = [double.PositiveInfinity, .. _in.Concat(_out).Distinct().OrderDescending()];
        var hull = new List<(double Threshold, long False, long True)>();
        foreach (double threshold in thresholds)
        {
            ConfusionMatrix c = At(threshold);
            (double, long X, long Y) next = (threshold, c.FalsePositives, c.TruePositives);
            while (hull.Count >= 2 && !TurnsRight(hull[^2], hull[^1], next))
            {
                hull.RemoveAt(hull.Count - 1);
            }

            hull.Add(next);
        }

        return [.. hull.Select(p => p.Threshold)];
    }

    /// <summary>For k = 1 … m: how many of the k best, and of the k worst, were in. Ties fall against whoever guesses.</summary>
    internal (int[] Best, int[] Worst) IncludedByRank()
    {
        int[] best = new int[Count + 1], worst = new int[Count + 1];
        int i = _in.Length - 1, o = _out.Length - 1;
        for (int k = 1; k <= Count; k++)
        {
            bool takesIn = o < 0 || (i >= 0 && _in[i] > _out[o]);
            best[k] = best[k - 1] + (takesIn ? 1 : 0);
            (i, o) = takesIn ? (i - 1, o) : (i, o - 1);
        }

        // Ties fall against the guesser at this end too, where out is guessed.
        int a = 0, b = 0;
        for (int k = 1; k <= Count; k++)
        {
            bool takesIn = b >= _out.Length || (a < _in.Length && _in[a] <= _out[b]);
            worst[k] = worst[k - 1] + (takesIn ? 1 : 0);
            (a, b) = takesIn ? (a + 1, b) : (a, b + 1);
        }

        return (best, worst);
    }

    /// <summary>A random part of those in and of those out, and the rest.</summary>
    internal (CanaryScores Chosen, CanaryScores Judged) Split(SimulationSeed seed, double share)
    {
        var random = new SimulationRandom(seed);
        (double[] chosenIn, double[] restIn) = Divide(_in, random, share);
        (double[] chosenOut, double[] restOut) = Divide(_out, random, share);
        return (new CanaryScores(chosenIn, chosenOut), new CanaryScores(restIn, restOut));
    }

    private static (double[] First, double[] Second) Divide(double[] scores, SimulationRandom random, double share)
    {
        if (scores.Length < 2)
        {
            throw new ArgumentException($"To split, at least 2 canaries must be in and 2 out; got {scores.Length}.", nameof(scores));
        }

        double[] shuffled = [.. scores];
        random.Shuffle<double>(shuffled);
        int count = Math.Clamp((int)(share * scores.Length), 1, scores.Length - 1);
        return (shuffled[..count], shuffled[count..]);
    }

    /// <summary>Exact: counts are below 2³¹, so the products stay below 2⁶³.</summary>
    private static bool TurnsRight((double, long X, long Y) a, (double, long X, long Y) b, (double, long X, long Y) c) =>
        ((b.X - a.X) * (c.Y - b.Y)) - ((b.Y - a.Y) * (c.X - b.X)) < 0;

    private static int CountBelow(double[] sorted, double threshold)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle] < threshold ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static double[] Sorted(ReadOnlySpan<double> scores, string name)
    {
        double[] sorted = scores.ToArray();
        int nan = Array.FindIndex(sorted, double.IsNaN);
        if (sorted.Length == 0 || nan >= 0)
        {
            throw new ArgumentException(
                sorted.Length == 0 ? "At least one canary must be there; got none." : $"Score {nan} is NaN; a score is a number.", name);
        }

        Array.Sort(sorted);
        return sorted;
    }
}
