// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using FedKernel.Devices;
using FedKernel.Devices.Validation;

namespace FedKernel.Instruments.Validation.Session;

/// <summary>All checks of one device, one after the other, in the process that may hang or die of them.</summary>
internal static class DeviceSession
{
    /// <summary>Runs the plan.</summary>
    /// <param name="candidate">The device.</param>
    /// <param name="kernels">The registry.</param>
    /// <param name="options">How much.</param>
    /// <param name="emit">Gets every event at once, so that nothing is lost with the process.</param>
    public static void Run(
        DeviceCandidate candidate, IReadOnlyList<KernelCase> kernels, ValidationOptions options, Action<SessionEvent> emit)
    {
        long start = Stopwatch.GetTimestamp();
        Device opened = candidate.Open();
        var context = new CheckContext(
            candidate, opened, kernels, options.Level, options.Seed, options.Fault, options.Budget)
        {
            Lengths = options.Lengths,
            Offsets = options.Offsets,
        };
        using Device device = context.Faulty(opened);
        context = context with { Device = device };
        IReadOnlyList<Check> plan = CheckPlan.For(kernels, options.Level, options.Only);
        ulong round = 0;
        do
        {
            context = context with { Seed = options.Seed + round };
            foreach (Check check in plan)
            {
                Ask(check, context, options.Budget - Stopwatch.GetElapsedTime(start), emit);
            }

            round++;
        }
        while (options.Level == ValidationLevel.Soak && Stopwatch.GetElapsedTime(start) < options.Budget);
        emit(new SessionEvent { End = true });
    }

    private static void Ask(Check check, CheckContext context, TimeSpan remaining, Action<SessionEvent> emit)
    {
        if (remaining <= TimeSpan.Zero)
        {
            emit(new SessionEvent { Result = context.Result(check, Verdict.Skip, "the time of the level is spent") });
            return;
        }

        emit(new SessionEvent { Begin = check.Id, Seconds = check.ExpectedSeconds });
        long start = Stopwatch.GetTimestamp();
        CheckResult result;
        try
        {
            result = check.Run(context).Settled();
        }
        catch (Exception e)
        {
            // Whatever a driver throws is a finding of this check; the others still deserve their turn.
            result = context.Result(check, Verdict.Error, $"{e.GetType().Name}: {e.Message}");
        }

        emit(new SessionEvent { Result = result with { Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds } });
    }
}
