// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Validation;

/// <summary>How a check ended. Right and fast are two questions, so there are two ways to miss.</summary>
internal enum Verdict
{
    /// <summary>At least the work that the check needs was done, and nothing was wrong.</summary>
    Pass,

    /// <summary>A result is wrong.</summary>
    Fail,

    /// <summary>Results are right, and slower than the share of the measured limit that is asked for.</summary>
    Perf,

    /// <summary>Less work was done than the check needs, or the machine was too noisy or throttled to tell.</summary>
    Inconclusive,

    /// <summary>Not run, for the reason given.</summary>
    Skip,

    /// <summary>It did not end in its time, and was ended.</summary>
    Timeout,

    /// <summary>The check itself broke down: a driver's error, a process that died.</summary>
    Error,
}

/// <summary>Verdicts as they are written in files.</summary>
internal static class Verdicts
{
    public static string Word(this Verdict verdict) => verdict.ToString().ToUpperInvariant();

    public static Verdict Parse(string word) =>
        Enum.TryParse(word, ignoreCase: true, out Verdict verdict) && Enum.IsDefined(verdict)
            ? verdict
            : throw new DataFormatException($"'{word}' is no verdict; there are {string.Join(", ", Enum.GetNames<Verdict>())}.");
}
