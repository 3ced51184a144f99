// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Auditing;

/// <summary>One way to turn scores into guesses.</summary>
/// <param name="Threshold">Of the rules that have one.</param>
/// <param name="Guesses">Canaries that are guessed.</param>
/// <param name="Correct">How many of them right.</param>
/// <param name="Counts">The whole matrix; of rules for the one-run methods empty.</param>
internal readonly record struct AuditCut(double Threshold, long Guesses, long Correct, ConfusionMatrix Counts)
{
    /// <summary>Calls in what scores at or above the threshold, and abstains on the rest.</summary>
    public static AuditCut At(CanaryScores scores, double threshold)
    {
        ConfusionMatrix counts = scores.At(threshold);
        return new AuditCut(threshold, counts.TruePositives + counts.FalsePositives, counts.TruePositives, counts);
    }

    /// <summary>The k best in; and the k/2 best in with the k/2 worst out. k on the grid.</summary>
    public static IReadOnlyList<AuditCut> ByGuesses(CanaryScores scores)
    {
        (int[] best, int[] worst) = scores.IncludedByRank();
        var cuts = new List<AuditCut>();
        foreach (int k in Grid(scores.Count))
        {
            cuts.Add(new AuditCut(double.NaN, k, best[k], default));
            int half = k / 2;
            if (half > 0)
            {
                cuts.Add(new AuditCut(double.NaN, 2 * half, best[half] + half - worst[half], default));
            }
        }

        return cuts;
    }

    /// <summary>
    /// Calls in what scores above the j-th best of those out, j on the grid up to half of them. The rate of false positives at that
    /// threshold is at most the j-th smallest of n uniform numbers, whose law is Beta(j, n − j + 1): the very law of the limit for
    /// j − 1 of n, also where scores are tied. The threshold does not depend on the scores of those in.
    /// </summary>
    public static IReadOnlyList<AuditCut> ByFalsePositives(CanaryScores scores)
    {
        var cuts = new List<AuditCut>();
        foreach (int j in Grid(Math.Max(1, scores.ExcludedCount / 2)))
        {
            long called = scores.IncludedAbove(scores.BestExcluded(j));
            var counts = new ConfusionMatrix(
                called, scores.IncludedCount - called, j - 1, scores.ExcludedCount - j + 1);
            cuts.Add(new AuditCut(double.NaN, called + j - 1, called, counts));
        }

        return cuts;
    }

    /// <summary>limit, limit/√2, limit/2, … down to 1, rounded: known before any score is.</summary>
    private static IEnumerable<int> Grid(int limit) => Enumerable.Range(0, 64)
        .Select(i => (int)Math.Round(limit * Math.Pow(2, -i / 2.0)))
        .TakeWhile(k => k >= 1)
        .Distinct();
}
