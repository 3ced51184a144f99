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

    /// <summary>Calls in what scores at or above the j-th best of those out. j on the grid up to half of them.</summary>
    public static IReadOnlyList<AuditCut> ByFalsePositives(CanaryScores scores) =>
        [.. Grid(Math.Max(1, scores.ExcludedCount / 2)).Select(j => At(scores, scores.BestExcluded(j)))];

    /// <summary>limit, limit/√2, limit/2, … down to 1, rounded: a function of the number of canaries alone.</summary>
    private static IEnumerable<int> Grid(int limit) => Enumerable.Range(0, 64)
        .Select(i => (int)Math.Round(limit * Math.Pow(2, -i / 2.0)))
        .TakeWhile(k => k >= 1)
        .Distinct();
}
