// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks.Cases;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Instruments.Verbs;
using Spectre.Console;

namespace FedKernel.Instruments.Benchmarks;

/// <summary><c>fedkernel bench</c>: every kernel against the limit of the machine, measured in the same minutes.</summary>
internal sealed class BenchCommand : Verb
{
    private readonly Option<bool> _quick = new("--quick")
    {
        Description = "One launch instead of three, and wider intervals: about a minute.",
    };

    private readonly Option<string?> _filter = new("--filter")
    {
        Description = "Only kernels whose name contains this, or one of several with commas between.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _only = new("--only")
    {
        Description = "Only kernels of one group: " + string.Join(", ", BenchCases.Groups.Select(g => g.Name)) + ".",
        HelpName = "GROUP",
    };

    private readonly Option<long?> _elements = new("--elements")
    {
        Description = "Elements of a vector, a multiple of 256; below some millions they fit the cache and no bar is judged.",
        HelpName = "N",
        CustomParser = ParseElements,
    };

    private readonly Option<bool> _strict = new("--strict")
    {
        Description = "Exit code 3 if a kernel is slower than its bar with confidence.",
    };

    private readonly Option<FileInfo?> _raw = new("--raw")
    {
        Description = "Also write every sample of every launch to files that start with this name.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _launch = new("--launch") { Hidden = true };

    public BenchCommand()
        : base(
            "bench",
            "Times every kernel on a device, beside the limits of the machine and the same work by peers.",
            "fedkernel bench --quick",
            "fedkernel bench --json bench.json",
            "fedkernel bench --only compression --json compression.json",
            "fedkernel bench --quick --device cpu:256 --filter weighted_sum")
    {
        _only.AcceptOnlyFromAmong([.. BenchCases.Groups.Select(g => g.Name)]);
        Options.Add(_quick);
        Options.Add(_filter);
        Options.Add(_only);
        Options.Add(_elements);
        Options.Add(_strict);
        Options.Add(_raw);
        Options.Add(_launch);
    }

    protected override int Execute(VerbContext context)
    {
        var options = new BenchOptions
        {
            Quick = context.Parsed.GetValue(_quick),
            Filter = context.Parsed.GetValue(_filter),
            Only = context.Parsed.GetValue(_only),
            Elements = context.Parsed.GetValue(_elements),
            Seed = context.Seed,
        };
        DeviceCandidate candidate = context.ChooseDevice().Candidate;
        if (context.Parsed.GetValue(_launch) is { } file)
        {
            using Device device = candidate.Open();
            BenchRun.Run(device, options).Write(file.FullName);
            return ExitCode.Done;
        }

        List<LaunchData> launches = Launch(context, candidate, options);
        for (int l = 0; l < launches.Count && context.Parsed.GetValue(_raw) is { } raw; l++)
        {
            launches[l].Write($"{raw.FullName}.{l + 1}");
        }

        IReadOnlyList<CaseResult> results = Judgement.Of(launches);
        NoiseControl control = Judgement.Control(launches);
        context.Json.AddDevice(candidate.Info);
        BenchJson.Add(context.Json, launches, results, control);
        Show(context.Console, candidate.Info, launches, results, control);
        return results.Any(r => r.Failure is not null) || launches.Any(l => l.HasBrokenBound) ? ExitCode.Failed
            : context.Parsed.GetValue(_strict) && results.Any(r => r.Bars.Any(b => b.Verdict == Verdict.Slow)) ? ExitCode.Slow
            : ExitCode.Done;
    }

    private static List<LaunchData> Launch(VerbContext context, DeviceCandidate candidate, BenchOptions options)
    {
        if (options.Launches == 1)
        {
            using Device device = candidate.Open();
            return [BenchRun.Run(device, options)];
        }

        var launches = new List<LaunchData>();
        for (int number = 1; number <= options.Launches; number++)
        {
            context.Console.WriteLine($"Launch {number} of {options.Launches} …");
            launches.Add(Launcher.Launch(candidate.Info.Id, options, number));
        }

        return launches;
    }

    private static void Show(
        IAnsiConsole console, DeviceInfo device, List<LaunchData> launches, IReadOnlyList<CaseResult> results,
        NoiseControl control)
    {
        LaunchData first = launches[0];
        console.WriteLine($"{device.Id}: {device.Name}, {device.Capabilities}");
        console.WriteLine(string.Join("; ", first.Notes) + ".");
        console.Write(RooflineTable.Create(results));
        if (first.Limits.Count > 0)
        {
            console.WriteLine(RooflineTable.Limits(first));
        }

        if (FindingTable.Create(first) is { } findings)
        {
            console.Write(findings);
        }

        foreach ((string name, string reason) in first.Skipped)
        {
            console.WriteLine($"{name}: not here, {reason}");
        }

        string noise = string.Create(
            CultureInfo.InvariantCulture,
            $"[{control.Ratio.Low:f3}, {control.Ratio.High:f3}], other processes used {launches.Max(l => l.OthersLoad):f2} cores");
        console.WriteLine(control.IsTooNoisy
            ? $"The machine is too noisy for a verdict: the same work against itself gives {noise}; the margin is {control.Margin}."
            : $"Control, the same work against itself: {noise}.");
        if (RooflineTable.WrongPeers(results) is { Length: > 0 } wrong)
        {
            console.WriteLine(wrong);
        }

        console.WriteLine(first.InCache
            ? "Everything fits the cache: the numbers say nothing about memory, and no bar is judged."
            : RooflineTable.WhereWeLose(results));
    }

    private static long? ParseElements(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long n)
            && n is >= 4096 and <= 1L << 33 && n % 256 == 0)
        {
            return n;
        }

        result.AddError($"--elements takes a multiple of 256 from 4096 to {1L << 33}; got '{text}'.");
        return null;
    }
}
