// SPDX-License-Identifier: Apache-2.0
// A kernel that runs cannot be cancelled, and a driver may take its process with it: each device has a process of its own, which
// says what it begins and what it found. Who says nothing for too long is asked to end, then made to; what it was at is a TIMEOUT.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FedKernel.Devices;
using FedKernel.Devices.Validation;

namespace FedKernel.Instruments.Validation.Session;

/// <summary>Runs the session of a device in another process and always comes back with a result for every check.</summary>
internal static partial class Watchdog
{
    private const int Terminate = 15;

    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(1);

    /// <summary>Time that a process may take to open its device and begin.</summary>
    private static readonly TimeSpan _startUp = TimeSpan.FromSeconds(60);

    /// <summary>Watches one device.</summary>
    /// <param name="info">The device.</param>
    /// <param name="kernels">The registry.</param>
    /// <param name="options">How much; <see cref="ValidationOptions.Budget"/> is for this device.</param>
    /// <param name="onResult">Called with each result as it comes.</param>
    /// <param name="interrupt">Ends the process and the run.</param>
    public static IReadOnlyList<CheckResult> Run(
        DeviceInfo info, IReadOnlyList<KernelCase> kernels, ValidationOptions options, Action<CheckResult> onResult,
        CancellationToken interrupt)
    {
        var results = new ResultSet(onResult);
        using Process process = Process.Start(ChildProgram.Start(Arguments(info, options)))!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        CheckResult? broken = Listen(process, info, options, results, interrupt);
        if (broken is not null)
        {
            End(process);
            string said = LastLine(errors);
            results.Add(said.Length > 0 && broken.Verdict == Verdict.Error ? broken with { Reason = $"{broken.Reason}: {said}" } : broken);
        }

        foreach (Check check in CheckPlan.For(kernels, options.Level, options.Only).Where(c => !results.Has(c.Id)))
        {
            results.Add(new CheckResult
            {
                Id = check.Id,
                Device = info.Id,
                Verdict = Verdict.Skip,
                Reason = interrupt.IsCancellationRequested ? "interrupted" : "device lost",
            });
        }

        process.WaitForExit(_grace);
        return results.All;
    }

    /// <summary>Takes events until the end; what broke the session off, or null.</summary>
    private static CheckResult? Listen(
        Process process, DeviceInfo info, ValidationOptions options, ResultSet results, CancellationToken interrupt)
    {
        string running = "session.open";
        TimeSpan deadline = _startUp;
        while (true)
        {
            Task<string?> next = process.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask();
            if (!Wait(next, deadline, interrupt))
            {
                return interrupt.IsCancellationRequested
                    ? Broken(running, Verdict.Skip, "interrupted")
                    : Broken(
                        running, Verdict.Timeout,
                        string.Create(CultureInfo.InvariantCulture, $"no word for {deadline.TotalSeconds:0.#} s: the process was ended"));
            }

            if (next.Result is not { } line)
            {
                process.WaitForExit(_grace);
                string code = process.HasExited ? process.ExitCode.ToString(CultureInfo.InvariantCulture) : "none";
                return Broken(running, Verdict.Error, $"the process of the device died with code {code}");
            }

            switch (SessionEvent.Parse(line))
            {
                case { End: true }:
                    return null;
                case { Begin: { } id, Seconds: double seconds }:
                    running = id;
                    deadline = TimeSpan.FromSeconds(Math.Max(options.Patience.TotalSeconds, 10 * seconds));
                    if (options.Level >= ValidationLevel.Long)
                    {
                        deadline += TimeSpan.FromSeconds(options.Budget.TotalSeconds / 4);
                    }

                    break;
                case { Result: { } result }:
                    results.Add(result);
                    break;
            }
        }

        CheckResult Broken(string id, Verdict verdict, string reason) => new()
        {
            Id = id,
            Device = info.Id,
            Verdict = verdict,
            Reason = reason,
            MinWork = 1,
            Replay = $"fedkernel validate --device {info.Id} --only {id} --seed {options.Seed}",
        };
    }

    /// <summary>False if the task did not end in its time, or was interrupted.</summary>
    internal static bool Wait(Task task, TimeSpan time, CancellationToken interrupt)
    {
        try
        {
            return task.Wait((int)Math.Min(time.TotalMilliseconds, int.MaxValue), interrupt);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Asks, waits, makes: and never waits for ever.</summary>
    private static void End(Process process)
    {
        if (process.HasExited)
        {
            return;
        }

        if (!OperatingSystem.IsWindows())
        {
            _ = Kill(process.Id, Terminate);
        }

        if (!process.WaitForExit(_grace))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(_grace);
        }
    }

    private static string LastLine(Task<string> errors)
    {
        string[] lines = errors.Wait(_grace) ? errors.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
        return lines.Length == 0 ? "" : lines[0].Trim()[..Math.Min(300, lines[0].Trim().Length)];
    }

    private static List<string> Arguments(DeviceInfo info, ValidationOptions options)
    {
        string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
        List<string> arguments =
        [
            "validate", "--child", Number(options.Budget.TotalSeconds), "--device", info.Id,
            "--level", options.Level.ToString().ToLowerInvariant(), "--seed", options.Seed.ToString(CultureInfo.InvariantCulture),
        ];
        if (options.Only is { } only)
        {
            arguments.AddRange(["--only", only]);
        }

        if (options.Fault is { } fault)
        {
            arguments.AddRange(["--inject", FaultNames.Word(fault)]);
        }

        if (options.Lengths is { } lengths)
        {
            arguments.AddRange(["--lengths", string.Join(',', lengths)]);
        }

        if (options.Offsets is { } offsets)
        {
            arguments.AddRange(["--offsets", string.Join(',', offsets)]);
        }

        return arguments;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
