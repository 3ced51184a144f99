// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks;
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
        Description = "Only work whose name contains this.",
        HelpName = "NAME",
    };

    private readonly Option<long?> _elements = new("--elements")
    {
        Description = "Elements of a vector, a multiple of 2048; the usual ones are a model of 25 million parameters.",
        HelpName = "N",
    };

    public CompareCommand()
        : base(
            "compare",
            "Times kernels beside the same work in NumPy as Flower does it, PyTorch, TensorPrimitives and ILGPU.Algorithms.",
            "dotnet run --project bench/FedKernel.Bench.Compare -c Release -- --json compare.json --markdown compare.md")
    {
        Options.Add(_markdown);
        Options.Add(_filter);
        Options.Add(_elements);
    }

    protected override int Execute(VerbContext context)
    {
        long? elements = context.Parsed.GetValue(_elements);
        if (elements is { } n && (n < 4096 || n % 2048 != 0 || n > 1 << 28))
        {
            throw new CommandException(
                ExitCode.WrongArguments, $"--elements takes a multiple of 2048 from 4096 to {1 << 28}; got {n}.");
        }

        var options = new BenchOptions
        {
            Elements = elements,
            Filter = context.Parsed.GetValue(_filter),
            Seed = context.Seed,
            OwnTiming = new TimingOptions
            {
                Looks = elements < 1 << 20 ? [8] : [12, 20, 30],
                HalfWidth = 0.03,
                MostSeconds = 100,
                WarmUpSeconds = elements < 1 << 20 ? 0.02 : 0.2,
                SampleSeconds = elements < 1 << 20 ? 2e-4 : 5e-3,
                Seed = context.Seed,
            },
        };
        using Device device = context.ChooseDevice().Candidate.Open();
        using PythonWorker? worker = PythonWorker.Start();
        using var python = new PythonPeers(worker);
        LaunchData launch = BenchRun.Run(device, options, registry: CompareCases.All(python, context.Catalog));
        IReadOnlyList<CaseResult> results = Judgement.Of([launch]);
        NoiseControl control = Judgement.Control([launch]);
        context.Json.AddDevice(device.Info);
        BenchJson.Add(context.Json, [launch], results, control);
        context.Console.Write(RooflineTable.Create(results));
        string text = ComparisonText.Create(device.Info, launch, results, control, python.Description);
        context.Console.WriteLine(text);
        if (context.Parsed.GetValue(_markdown) is { } file)
        {
            File.WriteAllText(file.FullName, text);
        }

        return results.Any(r => r.Failure is not null) ? ExitCode.Failed : ExitCode.Done;
    }
}
