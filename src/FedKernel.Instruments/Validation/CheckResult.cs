// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;

namespace FedKernel.Instruments.Validation;

/// <summary>What one check on one device found. Also what a child process tells its parent, as one line of JSON.</summary>
internal sealed partial record CheckResult
{
    /// <summary>Stable name: area and case, as in <c>kernels.weighted_sum</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Id of the device; "host" for what concerns no device.</summary>
    public required string Device { get; init; }

    /// <summary>How it ended.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Why, where it is not a pass.</summary>
    public string? Reason { get; init; }

    /// <summary>What the bits are the same across: <c>run</c>, <c>launch</c>, <c>device</c>; null where that is not the question.</summary>
    public string? Class { get; init; }

    /// <summary>Work that was done and compared.</summary>
    public long WorkDone { get; init; }

    /// <summary>The least work that a pass needs.</summary>
    public long MinWork { get; init; } = 1;

    /// <summary>What work is counted in.</summary>
    public string Unit { get; init; } = "values";

    /// <summary>Worst distance from the reference in ulp, where that is the question.</summary>
    public double? WorstUlp { get; init; }

    /// <summary>The distance that is allowed.</summary>
    public double? AllowedUlp { get; init; }

    /// <summary>SHA-256 of the results.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Bits expected and found, in hex, of the first wrong value.</summary>
    public string? Want { get; init; }

    /// <summary>See <see cref="Want"/>.</summary>
    public string? Got { get; init; }

    /// <summary>The bits in which the two differ.</summary>
    public string? Xor { get; init; }

    /// <summary>Measured figures by name: shares, rates, p-values.</summary>
    public IReadOnlyDictionary<string, double>? Figures { get; init; }

    /// <summary>Facts by name: units covered, versions.</summary>
    public IReadOnlyDictionary<string, string>? Facts { get; init; }

    /// <summary>Command line that does the same again.</summary>
    public string? Replay { get; init; }

    /// <summary>Duration.</summary>
    public double Seconds { get; init; }

    /// <summary>
    /// What a pass says: with no error in n, the rate is below 3/n at 95% confidence (rule of three, if errors fall evenly).
    /// </summary>
    public string? Strength => Verdict == Verdict.Pass && WorkDone > 0
        ? string.Create(CultureInfo.InvariantCulture, $"error rate < {3.0 / WorkDone:0.0e+0} per {Unit.TrimEnd('s')} (95%)")
        : null;

    /// <summary>A pass that did less than it must is none.</summary>
    public CheckResult Settled() => Verdict == Verdict.Pass && WorkDone < MinWork
        ? this with { Verdict = Verdict.Inconclusive, Reason = $"only {WorkDone} of at least {MinWork} {Unit} were done" }
        : this;

    /// <summary>The same with the bits that a message of a kernel trial names.</summary>
    public CheckResult WithBitsOf(string? failure)
    {
        Match match = Bits().Match(failure ?? "");
        if (!match.Success)
        {
            return this;
        }

        string got = match.Groups[1].Value, want = match.Groups[2].Value;
        ulong xor = Convert.ToUInt64(got, 16) ^ Convert.ToUInt64(want, 16);
        return this with { Got = got, Want = want, Xor = xor.ToString($"x{got.Length}", CultureInfo.InvariantCulture) };
    }

    [GeneratedRegex(@"gave ([0-9a-f]{8}|[0-9a-f]{16}), expected ([0-9a-f]{8}|[0-9a-f]{16})$")]
    private static partial Regex Bits();
}
