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
        string? first = null;
        long done = 0;
        var others = new List<int>();
        for (int i = 0; i < runs; i++)
        {
            string[] parts = digest(i).Split(':');
            done += long.Parse(parts[1], CultureInfo.InvariantCulture);
            first ??= parts[0];
            if (parts[0] != first)
            {
                others.Add(i);
            }
        }

        string? reason = others.Count == 0 ? null : $"{others.Count} of {runs} runs gave other bits than the first: {string.Join(", ", others)}";
        return context.Result(check, others.Count == 0 ? Verdict.Pass : Verdict.Fail, reason) with
        {
            WorkDone = done,
            MinWork = runs,
            Class = kind,
            Sha256 = first,
            Facts = new Dictionary<string, string> { ["runs"] = runs.ToString(CultureInfo.InvariantCulture) },
        };
    }
}
