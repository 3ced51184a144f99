// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>
/// Load that comes and goes: a second of work, a second of rest, and every few of them a long pause. Clocks and voltages switch with
/// it, and there are devices that are wrong only then.
/// </summary>
internal sealed class PulseCheck() : Check("corruption.pulse", ValidationLevel.Long, 60)
{
    private const int Length = 20_011;
    private const int PulsesBeforePause = 4;

    public override CheckResult Run(CheckContext context)
    {
        TimeSpan time = TimeSpan.FromSeconds(Math.Clamp(context.Budget.TotalSeconds / 20, 25, 600));
        long start = Stopwatch.GetTimestamp(), done = 0;
        string first = KernelDigest.Of(context.Device, context.Kernels, Length, context.Seed, out _);
        using var rest = new ManualResetEventSlim();
        int pulses = 0;
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            long pulse = Stopwatch.GetTimestamp();
            do
            {
                if (KernelDigest.Of(context.Device, context.Kernels, Length, context.Seed, out long values) != first)
                {
                    return context.Result(this, Verdict.Fail, $"other bits in pulse {pulses}, {Stopwatch.GetElapsedTime(pulse).TotalSeconds:f2} s after it began")
                        with
                    { WorkDone = done, Class = "run" };
                }

                done += values;
            }
            while (Stopwatch.GetElapsedTime(pulse) < TimeSpan.FromSeconds(1));
            pulses++;
            rest.Wait(TimeSpan.FromSeconds(pulses % PulsesBeforePause == 0 ? 15 : 1));
        }

        return context.Result(this, Verdict.Pass) with
        {
            WorkDone = done,
            MinWork = Length,
            Class = "run",
            Sha256 = first,
            Figures = new Dictionary<string, double> { ["pulses"] = pulses },
        };
    }
}
