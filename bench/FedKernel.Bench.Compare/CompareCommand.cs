// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks;
using FedKernel.Instruments.Benchmarks.Cases;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Instruments.Verbs;
using Spectre.Console;

namespace FedKernel.Bench.Compare;

/// <summary>The comparison with NumPy, PyTorch, TensorPrimitives and ILGPU.Algorithms: one run, all of them among each other.</summary>
internal sealed class CompareCommand : Verb
{
    private readonly Option<FileInfo?> _markdown = new("--markdown")
    {
        Description = "Also write the tables to this file.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _filter = new("--filter")
    {
        Description = "Only work whose name contains this, or one of several with commas between.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _only = new("--only")
    {
        Description = "Only work of one group: " + string.Join(", ", BenchCases.Groups.Select(g => g.Name)) + ".",
        HelpName = "GROUP",
    };

    private readonly Option<long?> _elements = new("--elements")
    {
        Description = "Elements of a vector, a multiple of 2048; the usual ones are a model of 25 million parameters.",
        HelpName = "N",
    };

    private readonly Option<int> _launches = new("--launches")
    {
        Description = "Launches of the process, 1 to 9; several have shorter intervals.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<FileInfo?> _launch = new("--launch") { Hidden = true };

    public CompareCommand()
        : base(
            "compare",
            "Times kernels beside the same work in NumPy as Flower does it, PyTorch, TensorPrimitives and ILGPU.Algorithms.",
            "dotnet run --project bench/FedKernel.Bench.Compare -c Release -- --json compare.json --markdown compare.md")
    {
        _only.AcceptOnlyFromAmong([.. BenchCases.Groups.Select(g => g.Name)]);
        Options.Add(_markdown);
        Options.Add(_filter);
        Options.Add(_only);
        Options.Add(_elements);
        Options.Add(_launches);
        Options.Add(_launch);
    }

    protected override int Execute(VerbContext context)
    {
        long? elements = context.Parsed.GetValue(_elements);
        if (elements is { } n && (n < 4096 || n % 2048 != 0 || n > 1 << 28))
        {
            throw new CommandException(
                ExitCode.WrongArguments, $"--elements takes a multiple of 2048 from 4096 to {1 << 28}; got {n}.");
        }

        int count = context.Parsed.GetValue(_launches);
        if (count is < 1 or > 9)
        {
            throw new CommandException(ExitCode.WrongArguments, $"--launches takes 1 to 9; got {count}.");
        }

        FileInfo? file = context.Parsed.GetValue(_launch);
        bool several = count > 1 || file is not null;
        var options = new BenchOptions
        {
            Elements = elements,
            Filter = context.Parsed.GetValue(_filter),
            Only = context.Parsed.GetValue(_only),
            Seed = context.Seed,
            OwnTiming = new TimingOptions
            {
                Looks = elements < 1 << 20 ? [8] : several ? [12] : [12, 20, 30],
                HalfWidth = 0.03,
                MostSeconds = 100,
                WarmUpSeconds = elements < 1 << 20 ? 0.02 : 0.2,
                SampleSeconds = elements < 1 << 20 ? 2e-4 : 5e-3,
                Seed = context.Seed,
            },
        };
        DeviceCandidate candidate = context.ChooseDevice().Candidate;
        using PythonWorker? worker = PythonWorker.Start();
        using var python = new PythonPeers(worker);
        LaunchData[] launches = count == 1
            ? [Run(candidate, options, python, context.Catalog)]
            : [.. Enumerable.Range(1, count).Select(number => Launcher.Launch(f => Child(candidate, options, number, f), number))];
        if (file is not null)
        {
            launches[0].Write(file.FullName);
            return ExitCode.Done;
        }

        IReadOnlyList<CaseResult> results = Judgement.Of(launches);
        NoiseControl control = Judgement.Control(launches);
        context.Json.AddDevice(candidate.Info);
        BenchJson.Add(context.Json, launches, results, control);
        context.Console.Write(RooflineTable.Create(results));
        string text = ComparisonText.Create(candidate.Info, launches, results, control, python.Description);
        context.Console.WriteLine(text);
        if (context.Parsed.GetValue(_markdown) is { } markdown)
        {
            File.WriteAllText(markdown.FullName, text);
        }

        return results.Any(r => r.Failure is not null) || launches.Any(l => l.HasBrokenBound) ? ExitCode.Failed : ExitCode.Done;
    }

    private static LaunchData Run(DeviceCandidate candidate, BenchOptions options, PythonPeers python, DeviceCatalog catalog)
    {
        using Device device = candidate.Open();
        return BenchRun.Run(device, options, registry: CompareCases.All(python, catalog));
    }

    /// <summary>This program once more: its own executable, or <c>dotnet</c> with its library.</summary>
    private static ProcessStartInfo Child(DeviceCandidate candidate, BenchOptions options, int number, string file)
    {
        string program = Environment.ProcessPath ?? throw new CommandException(ExitCode.Failed, "This process does not know its own program.");
        List<string> arguments =
        [
            "--device", candidate.Info.Id, "--launch", file, "--seed", (options.Seed + (ulong)number).ToString(CultureInfo.InvariantCulture),
        ];
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            arguments.Insert(0, typeof(CompareCommand).Assembly.Location);
        }

        if (options.Filter is { } filter)
        {
            arguments.AddRange(["--filter", filter]);
        }

        if (options.Only is { } only)
        {
            arguments.AddRange(["--only", only]);
        }

        if (options.Elements is { } elements)
        {
            arguments.AddRange(["--elements", elements.ToString(CultureInfo.InvariantCulture)]);
        }

        return new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
    }
}
