// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>Several runs of the same work, of which every hash must be the first one's.</summary>
internal static class SameBits
{
    /// <summary>Compares.</summary>
    /// <param name="check">Who asks.</param>
    /// <param name="context">Where.</param>
    /// <param name="kind">run, launch or device: see <see cref="CheckResult.Class"/>.</param>
    /// <param name="runs">At least 2.</param>
    /// <param name="digest">Number of the run → hash, a colon, and how many values went into it.</param>
    public static CheckResult Compare(Check check, CheckContext context, string kind, int runs, Func<int, string> digest)
    {
        long done = 0;
        var hashes = new List<string>();
        for (int i = 0; i < runs; i++)
        {
            string[] parts = digest(i).Split(':');
            done += long.Parse(parts[1], CultureInfo.InvariantCulture);
            hashes.Add(parts[0]);
        }

        string? reason = Judge(hashes);
        return context.Result(check, reason is null ? Verdict.Pass : Verdict.Fail, reason) with
        {
            WorkDone = done,
            MinWork = runs,
            Class = kind,
            Sha256 = hashes[0],
            Facts = new Dictionary<string, string> { ["runs"] = runs.ToString(CultureInfo.InvariantCulture) },
        };
    }

    /// <summary>Which runs gave another hash than the first; null if none did.</summary>
    internal static string? Judge(IReadOnlyList<string> hashes)
    {
        int[] others = [.. Enumerable.Range(0, hashes.Count).Where(i => hashes[i] != hashes[0])];
        return others.Length == 0
            ? null
            : $"{others.Length} of {hashes.Count} runs gave other bits than the first: {string.Join(", ", others)}";
    }
}
