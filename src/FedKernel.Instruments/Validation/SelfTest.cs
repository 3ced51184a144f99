// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Devices.Validation;
using FedKernel.Devices.Validation.Faults;
using FedKernel.Instruments.Statistics;
using FedKernel.Instruments.Validation.Checks;
using FedKernel.Instruments.Validation.Session;

namespace FedKernel.Instruments.Validation;

/// <summary>Every checker is shown every fault before its word is taken: one that misses a fault ends the run.</summary>
internal static class SelfTest
{
    private const int TimeFaults = 7;

    // What shows in results; slow kernels and hangs are shown to the judges of time below.
    private static readonly Fault[] _faults =
        [Fault.BitFlip, Fault.NaN, Fault.Infinity, Fault.NegativeZero, Fault.OffByOne, Fault.Stale, Fault.DroppedBlock];

    /// <summary>Runs each kernel's checker, and the checkers of bounds and bits, on a faulty processor.</summary>
    /// <returns>One result for the device "host"; ERROR if a fault was missed.</returns>
    public static CheckResult Run(IReadOnlyList<KernelCase> kernels, ulong seed)
    {
        using var device = new CpuDevice(threadCount: 1);
        var missed = new List<string>();
        long done = 0;
        foreach (Fault fault in _faults)
        {
            using var faulty = new FaultyDevice(device, fault);
            foreach (KernelCase kernel in kernels)
            {
                // A reduction that loses one of 300 values may be the same number; one of a single value is not.
                var options = new KernelValidationOptions { Cases = [kernel], Lengths = [1, 2, 300], Seed = seed };
                KernelReport report = KernelValidator.Run(faulty, options)[0];
                done++;
                if (report.Pass)
                {
                    missed.Add($"{kernel.Name}: {fault}");
                }
            }

            done += 2;
            missed.AddRange(MissedByBounds(faulty, fault, seed));
        }

        done += TimeFaults;
        missed.AddRange(MissedByClocks());

        return new CheckResult
        {
            Id = "self_test.faults",
            Device = "host",
            Verdict = missed.Count == 0 ? Verdict.Pass : Verdict.Error,
            Reason = missed.Count == 0 ? null : $"a checker passes what is wrong: {string.Join(", ", missed)}",
            WorkDone = done,
            MinWork = ((long)_faults.Length * kernels.Count) + TimeFaults,
            Unit = "faults",
            Replay = "fedkernel validate --only self_test",
        };
    }

    private static IEnumerable<string> MissedByBounds(FaultyDevice faulty, Fault fault, ulong seed)
    {
        // A wrong last bit of a sum is within any honest bound; the tree's exact comparison finds that one.
        var candidate = new DeviceCandidate(faulty.Info, () => faulty);
        var context = new CheckContext(candidate, faulty, [], ValidationLevel.Quick, seed, null, TimeSpan.FromMinutes(1));
        if (fault != Fault.BitFlip && new SumBoundCheck().Run(context).Verdict == Verdict.Pass)
        {
            yield return $"bounds.sums: {fault}";
        }

        if (fault != Fault.BitFlip && new ClippingBoundCheck().Run(context).Verdict == Verdict.Pass)
        {
            yield return $"bounds.clipping: {fault}";
        }
    }

    /// <summary>What shows in time or in statistics: each judge is given what it must not pass, and what it must.</summary>
    private static IEnumerable<string> MissedByClocks()
    {
        static Verdict Speed(double share, double throttled) => SpeedCheck.Judge(
            ["x"], new Dictionary<string, double> { ["x_share"] = share, ["throttled_share"] = throttled }).Verdict;
        uint[] stuck = [.. Enumerable.Range(0, 1 << 14).Select(i => (uint)TestValues.Mix(1, (ulong)i) | 0x80)];
        (string Fault, bool Found)[] faults =
        [
            ("speed: slow", Speed(0.2, 0) == Verdict.Perf),
            ("speed: above the limit", Speed(1.2, 0) == Verdict.Inconclusive),
            ("speed: no number", Speed(double.NaN, 0) == Verdict.Inconclusive),
            ("speed: throttled", Speed(0.9, 0.5) == Verdict.Inconclusive),
            ("watchdog: hang", !Watchdog.Wait(new TaskCompletionSource().Task, TimeSpan.FromMilliseconds(20), CancellationToken.None)),
            ("random: stuck bit", UniformTests.ChiSquare(stuck, 0) < 1e-10),
            ("determinism: other bits", SameBits.Judge(["a", "b", "a"]) is not null && SameBits.Judge(["a", "a"]) is null),
        ];
        return faults.Where(f => !f.Found).Select(f => f.Fault);
    }
}
