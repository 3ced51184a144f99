// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Devices.Validation;
using FedKernel.Devices.Validation.Faults;
using FedKernel.Instruments.Validation.Checks;

namespace FedKernel.Instruments.Validation;

/// <summary>Every checker is shown every fault before its word is taken: one that misses a fault ends the run.</summary>
internal static class SelfTest
{
    // Both are seen with the clock and not in the results: SelfTest of the watchdog and of speed is the test suite's.
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

        return new CheckResult
        {
            Id = "self_test.faults",
            Device = "host",
            Verdict = missed.Count == 0 ? Verdict.Pass : Verdict.Error,
            Reason = missed.Count == 0 ? null : $"a checker passes what is wrong: {string.Join(", ", missed)}",
            WorkDone = done,
            MinWork = (long)_faults.Length * kernels.Count,
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
}
