// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Devices.Validation;
using FedKernel.Instruments.Validation.Output;
using FedKernel.Instruments.Validation.Session;
using FedKernel.Instruments.Verbs;
using Spectre.Console;

namespace FedKernel.Instruments.Validation;

/// <summary><c>fedkernel validate</c>: a verdict on each device, with the evidence.</summary>
internal sealed class ValidateCommand : Verb
{
    private readonly IReadOnlyList<KernelCase> _kernels;
    private readonly ValidateOptions _options = new();

    public ValidateCommand(IReadOnlyList<KernelCase> kernels)
        : base(
            "validate",
            "Checks every usable device, or the one named: results against references on the host, bits against bits, speed against the machine.",
            "fedkernel validate",
            "fedkernel validate --level medium --json report.json --html report.html",
            "fedkernel validate --device cpu:256 --only kernels.axpy --lengths 65 --seed 7",
            "fedkernel validate --inject bit-flip --device cpu",
            "fedkernel validate --compare here.json there.json elsewhere.json")
    {
        _kernels = kernels;
        foreach (System.CommandLine.Option option in _options.All)
        {
            Options.Add(option);
        }
    }

    protected override int Execute(VerbContext context)
    {
        if (context.Parsed.GetValue(_options.Compare) is { Length: > 0 } files)
        {
            return FleetComparison.Run(context.Console, files);
        }

        if (context.Parsed.GetValue(_options.PrintHashBook))
        {
            using var device = new CpuDevice();
            context.Console.Profile.Out.Writer.WriteLine(HashBook.Write(device, _kernels));
            return ExitCode.Done;
        }

        ValidationOptions options = _options.Read(context.Parsed, context.Seed);
        if (context.Parsed.GetValue(_options.Child) is not null)
        {
            return RunChild(context, options);
        }

        ValidationReport report = Validate(context, options);
        TerminalReport.Write(context.Console, report);
        JsonOutput.Fill(context.Json, report);
        if (context.Parsed.GetValue(_options.JUnit) is { } junit)
        {
            File.WriteAllText(junit.FullName, JUnitOutput.Write(report));
        }

        if (context.Parsed.GetValue(_options.Html) is { } html)
        {
            File.WriteAllText(html.FullName, HtmlOutput.Write(report));
        }

        return report.ExitCodeFor(
            context.Parsed.GetValue(_options.FatalSkips), context.Parsed.GetValue(_options.FailOn) == "wrong");
    }

    private int RunChild(VerbContext context, ValidationOptions options)
    {
        DeviceCandidate candidate = context.ChooseDevice().Candidate;
        TextWriter output = context.Parsed.InvocationConfiguration.Output;
        DeviceSession.Run(candidate, _kernels, options, e =>
        {
            output.WriteLine(e.ToLine());
            output.Flush();
        });
        return ExitCode.Done;
    }

    private ValidationReport Validate(VerbContext context, ValidationOptions options)
    {
        IReadOnlyList<DeviceCandidate> candidates = context.NamesDevice
            ? [context.ChooseDevice().Candidate]
            : context.Catalog.Candidates;
        if (candidates.All(c => c.Refusal is not null))
        {
            throw new CommandException(ExitCode.NothingRan, "No device can be used, so nothing was validated.");
        }

        if (options.Only is { } only && only != "self_test" && CheckPlan.For(_kernels, ValidationLevel.Soak, only).Count == 0)
        {
            throw new CommandException(ExitCode.WrongArguments, $"--only '{only}': no check has a name that begins so.");
        }

        long start = Stopwatch.GetTimestamp();
        var throttle = new ThrottleMonitor();
        var counters = new MemoryErrorCounters();
        using var interrupt = new Interrupt();
        CheckResult selfTest = SelfTest.Run(_kernels, options.Seed);
        if (selfTest.Verdict != Verdict.Pass || options.Only == "self_test")
        {
            // Whoever misses a fault that is there can tell nothing about one that is not.
            return Report([selfTest], [.. candidates.Select(c => new ValidatedDevice(c.Info, c.Refusal ?? "not run", []))]);
        }

        List<ValidatedDevice> devices = RunAll(context, candidates, options, start, interrupt.Token);
        return Report([selfTest, ValidationReport.Agreement(devices), .. ValidationReport.Unmet(options, devices), counters.Judge()], devices);

        ValidationReport Report(IReadOnlyList<CheckResult> host, IReadOnlyList<ValidatedDevice> found) => new(
            options, host, found, throttle.Share(), Stopwatch.GetElapsedTime(start).TotalSeconds, interrupt.Token.IsCancellationRequested);
    }

    private List<ValidatedDevice> RunAll(
        VerbContext context, IReadOnlyList<DeviceCandidate> candidates, ValidationOptions options, long start, CancellationToken interrupt)
    {
        int checks = CheckPlan.For(_kernels, options.Level, options.Only).Count;
        int left = candidates.Count(c => c.Refusal is null);
        var devices = new List<ValidatedDevice>();
        ValidationProgress.Run(context.Console, progress =>
        {
            foreach (DeviceCandidate candidate in candidates)
            {
                if (candidate.Refusal is not null)
                {
                    devices.Add(new ValidatedDevice(candidate.Info, candidate.Refusal, []));
                    continue;
                }

                // What one device does not need is the others'; a second each is kept back for processes to start and end.
                double rest = options.Budget.TotalSeconds - Stopwatch.GetElapsedTime(start).TotalSeconds;
                TimeSpan share = TimeSpan.FromSeconds(Math.Max(0.5, (rest / left) - Math.Min(1, rest / left / 4)));
                left--;
                Action<CheckResult> onResult = progress(candidate.Info.Id, checks);
                devices.Add(new ValidatedDevice(
                    candidate.Info, null, Watchdog.Run(candidate.Info, _kernels, options with { Budget = share }, onResult, interrupt)));
            }
        });
        return devices;
    }
}
