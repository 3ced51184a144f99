// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Devices;
using FedKernel.Devices.Validation;
using FedKernel.Instruments.Verbs;
using Spectre.Console;

namespace FedKernel.Instruments.Validation;

/// <summary><c>fedkernel validate</c>: every kernel on every device against its plain reference.</summary>
/// <param name="kernels">The kernels of every package that the command carries.</param>
internal sealed class ValidateCommand(IReadOnlyList<KernelCase> kernels) : Verb(
    "validate",
    "Runs every kernel on every usable device, or on the one named, and compares with a plain reference on the host.",
    "fedkernel validate",
    "fedkernel validate --device cpu:256 --seed 7",
    "FEDKERNEL_OPENCL_RELAXED=1 fedkernel validate --json validate.json")
{
    protected override int Execute(VerbContext context)
    {
        IReadOnlyList<DeviceCandidate> candidates = context.NamesDevice
            ? [context.ChooseDevice().Candidate]
            : context.Catalog.Candidates;
        List<DeviceRun> runs = RunAll(context, candidates);
        DeviceRun[] ran = [.. runs.Where(r => r.Reports.Count > 0)];
        if (ran.Length == 0)
        {
            throw new CommandException(ExitCode.NothingRan, "No device could be used, so nothing was validated.");
        }

        context.Console.Write(ToTable(ran));
        bool pass = runs.All(r => r.Refusal is null || r.Expected) & WriteFindings(context, runs);
        context.Console.WriteLine(pass ? "PASS: every kernel is within its bound on every device that ran." : "FAIL");
        return pass ? ExitCode.Done : ExitCode.Failed;
    }

    private List<DeviceRun> RunAll(VerbContext context, IReadOnlyList<DeviceCandidate> candidates)
    {
        if (!context.Console.Profile.Capabilities.Interactive || !context.Console.Profile.Out.IsTerminal)
        {
            return [.. candidates.Select(c => RunOne(context, c, () => { }))];
        }

        return context.Console.Progress().AutoClear(true).Start(progress => candidates.Select(c =>
        {
            ProgressTask task = progress.AddTask(Markup.Escape(c.Info.Id), maxValue: kernels.Count);
            DeviceRun run = RunOne(context, c, () => task.Increment(1));
            task.StopTask();
            return run;
        }).ToList());
    }

    private DeviceRun RunOne(VerbContext context, DeviceCandidate candidate, Action onKernel)
    {
        if (candidate.Refusal is not null)
        {
            return new DeviceRun(candidate.Info, [], candidate.Refusal, Expected: true);
        }

        var options = new KernelValidationOptions { Seed = context.Seed, Cases = kernels };
        try
        {
            using Device device = candidate.Open();
            return new DeviceRun(device.Info, KernelValidator.Run(device, options, _ => onKernel()), null, Expected: false);
        }
        catch (DeviceException e)
        {
            // Listed as usable and then not: a finding, unlike a device that says beforehand what it misses.
            return new DeviceRun(candidate.Info, [], e.Message, Expected: false);
        }
    }

    private Table ToTable(DeviceRun[] runs)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("Worst distance from the plain reference / declared, ulp");
        table.AddColumn("Kernel");
        foreach (DeviceRun run in runs)
        {
            table.AddColumn(new TableColumn(Markup.Escape(run.Info.Id)).RightAligned());
        }

        for (int k = 0; k < kernels.Count; k++)
        {
            int kernel = k;
            table.AddRow(
                [Markup.Escape(kernels[k].Name), .. runs.Select(r => Cell(r.Reports[kernel]))]);
        }

        return table;
    }

    private static string Cell(KernelReport report)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{report.WorstUlp:0.##}/{report.DeclaredUlp}");
        return report.Pass ? $"[green]{text} ok[/]" : $"[red]{text} FAIL[/]";
    }

    private static bool WriteFindings(VerbContext context, List<DeviceRun> runs)
    {
        bool pass = true;
        foreach (DeviceRun run in runs)
        {
            context.Json.AddDevice(run.Info, run.Refusal);
            context.Console.WriteLine(
                $"{run.Info.Id}: {run.Info.Name}, {run.Info.Capabilities}{(run.Refusal is null ? "" : ": " + run.Refusal)}");
            foreach (KernelReport report in run.Reports)
            {
                string name = $"validate.{report.DeviceId}.{report.Kernel}";
                context.Json.Add($"{name}.worst_ulp", report.WorstUlp, "ulp", report.DeclaredUlp, "lower", report.Pass);
                context.Json.AddHash($"{name}.sha256", report.Sha256);
                pass &= report.Pass;
                if (!report.Pass)
                {
                    context.Console.WriteLine($"  {report.Kernel}: {report.FirstFailure ?? "nothing was compared"}");
                }
            }
        }

        return WriteAgreement(context, runs) && pass;
    }

    /// <summary>Kernels that promise the same bits must have one hash on all devices; the others may.</summary>
    private static bool WriteAgreement(VerbContext context, List<DeviceRun> runs)
    {
        var differing = new List<string>();
        bool pass = true;
        foreach (IGrouping<string, KernelReport> kernel in runs.SelectMany(r => r.Reports).GroupBy(r => r.Kernel))
        {
            int distinct = kernel.Select(r => r.Sha256).Distinct().Count();
            bool bound = kernel.First().DeclaredUlp == 0;
            context.Json.Add(
                $"validate.{kernel.Key}.distinct_hashes",
                distinct,
                "1",
                bound ? 1 : null,
                bound ? "lower" : null,
                bound ? distinct == 1 : null);
            pass &= !bound || distinct == 1;
            if (distinct > 1)
            {
                differing.Add(kernel.Key + (bound ? "" : " (allowed)"));
            }
        }

        int devices = runs.Count(r => r.Reports.Count > 0);
        string verdict = differing.Count == 0
            ? "every kernel gives the same bits on all of them"
            : $"other bits from {string.Join(", ", differing)}";
        context.Console.WriteLine($"Hashes of {devices} device{(devices == 1 ? "" : "s")}: {verdict}.");
        return pass;
    }

    private sealed record DeviceRun(DeviceInfo Info, IReadOnlyList<KernelReport> Reports, string? Refusal, bool Expected);
}
