// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Validation.Faults;
using FedKernel.Instruments.Verbs;

namespace FedKernel.Instruments.Validation;

/// <summary>A device as it was validated, or why it was not.</summary>
/// <param name="Info">The device.</param>
/// <param name="Refusal">What it lacks, if it cannot be used here.</param>
/// <param name="Results">One for each check.</param>
internal sealed record ValidatedDevice(DeviceInfo Info, string? Refusal, IReadOnlyList<CheckResult> Results);

/// <summary>Everything that a run found, and what follows from it.</summary>
/// <param name="Options">What was asked.</param>
/// <param name="Host">Results that belong to no device: self-test, agreement.</param>
/// <param name="Devices">Devices, usable or not.</param>
/// <param name="ThrottledShare">Share of the time that the machine was slowed.</param>
/// <param name="Seconds">Duration.</param>
/// <param name="Interrupted">Whether a person ended it.</param>
internal sealed record ValidationReport(
    ValidationOptions Options, IReadOnlyList<CheckResult> Host, IReadOnlyList<ValidatedDevice> Devices, double ThrottledShare,
    double Seconds, bool Interrupted)
{
    /// <summary>All results.</summary>
    public IEnumerable<CheckResult> All => Host.Concat(Devices.SelectMany(d => d.Results));

    /// <summary>Devices that ran.</summary>
    public IEnumerable<ValidatedDevice> Ran => Devices.Where(d => d.Refusal is null);

    /// <summary>The verdict of the whole: a wrong result counts most, then a hang, then speed, then doubt.</summary>
    public Verdict Verdict
    {
        get
        {
            Verdict[] order = [Verdict.Fail, Verdict.Timeout, Verdict.Error, Verdict.Perf, Verdict.Inconclusive];
            HashSet<Verdict> found = [.. All.Select(r => r.Verdict)];
            foreach (Verdict verdict in order)
            {
                if (found.Contains(verdict))
                {
                    return verdict;
                }
            }

            return Devices.Any(d => d.Results.Any(r => r.Verdict == Verdict.Pass)) ? Verdict.Pass : Verdict.Skip;
        }
    }

    /// <summary>The code for a script.</summary>
    /// <param name="fatalSkips">Whether a check that was skipped leaves the run in doubt.</param>
    /// <param name="ignoreSpeed">Whether slowness is only reported.</param>
    public int ExitCodeFor(bool fatalSkips, bool ignoreSpeed)
    {
        bool skipped = Ran.Any(d => d.Results.Any(r => r.Verdict == Verdict.Skip));
        return Interrupted ? ExitCode.Interrupted : Verdict switch
        {
            Verdict.Fail => ExitCode.Failed,
            Verdict.Timeout or Verdict.Error => Host.Any(r => r.Verdict == Verdict.Error) ? ExitCode.Inconclusive : ExitCode.Lost,
            Verdict.Perf when !ignoreSpeed => ExitCode.Slow,
            Verdict.Inconclusive => ExitCode.Inconclusive,
            Verdict.Skip => ExitCode.NothingRan,
            _ => fatalSkips && skipped ? ExitCode.Inconclusive : ExitCode.Done,
        };
    }

    /// <summary>Kernels that promise the same bits must have one hash on all devices.</summary>
    public static CheckResult Agreement(IReadOnlyList<ValidatedDevice> devices)
    {
        var groups = devices.SelectMany(d => d.Results)
            .Where(r => r.Sha256 is not null && r.Id.StartsWith("known_answers.", StringComparison.Ordinal))
            .GroupBy(r => r.Id["known_answers.".Length..]).ToList();
        string[] differing =
        [
            .. groups.Where(g => g.First().AllowedUlp == 0 && g.Select(r => r.Sha256).Distinct().Count() > 1)
                .Select(g => $"{g.Key}: {Odd(g)}"),
        ];
        return new CheckResult
        {
            Id = "determinism.devices",
            Device = "host",
            Verdict = groups.Count == 0 ? Verdict.Skip : differing.Length == 0 ? Verdict.Pass : Verdict.Fail,
            Reason = groups.Count == 0 ? "no hashes to compare" : differing.Length == 0 ? null : string.Join("; ", differing),
            Class = "device",
            WorkDone = groups.Sum(g => g.Count()),
            MinWork = 1,
            Unit = "hashes",
        };
    }

    /// <summary>A fault that somebody asked for and that no check met: a pass would say that it is harmless.</summary>
    public static IEnumerable<CheckResult> Unmet(ValidationOptions options, IReadOnlyList<ValidatedDevice> devices)
    {
        bool met = devices.SelectMany(d => d.Results).Any(r => r.Verdict is not (Verdict.Pass or Verdict.Skip));
        return options.Fault is { } fault && !met
            ? [new CheckResult
            {
                Id = "self_test.injected",
                Device = "host",
                Verdict = Verdict.Inconclusive,
                Reason = $"no check of this run meets the fault '{FaultNames.Word(fault)}'"
                    + (fault == Fault.Slow ? ": speed is measured from --level medium on" : ""),
                Unit = "faults",
            }]
            : [];
    }

    /// <summary>Who has other bits than most.</summary>
    private static string Odd(IEnumerable<CheckResult> results)
    {
        List<IGrouping<string?, CheckResult>> byHash = [.. results.GroupBy(r => r.Sha256).OrderByDescending(g => g.Count())];
        return $"{string.Join(", ", byHash.Skip(1).SelectMany(g => g).Select(r => r.Device))} unlike {string.Join(", ", byHash[0].Select(r => r.Device))}";
    }
}
