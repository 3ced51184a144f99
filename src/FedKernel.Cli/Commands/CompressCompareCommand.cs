// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using FedKernel.Cli.Codecs;
using FedKernel.Cli.Reports;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Instruments.Verbs;
using Spectre.Console;

namespace FedKernel.Cli.Commands;

/// <summary><c>fedkernel compress compare</c>: every codec on one vector, in a table and a plot.</summary>
internal sealed class CompressCompareCommand : Verb
{
    private readonly CompressionInput _input;

    private readonly Option<string?> _codecs = new("--codecs")
    {
        Description = "Only these pipelines, with blanks or semicolons between: \"int8:256 topk:0.01+int8:256\".",
        HelpName = "LIST",
    };

    private readonly Option<DirectoryInfo?> _report = new("--report")
    {
        Description = "Also write the table and a plot of error over bits per parameter into this folder.",
        HelpName = "DIR",
    };

    public CompressCompareCommand()
        : base(
            "compare",
            "Every codec on one file: size, error, time and promises, smallest first.",
            "fedkernel compress compare --synthetic mixed --report out",
            "fedkernel compress compare update.npy --codecs \"int8:256 nf4:64 topk:0.01+int8:256\"")
    {
        _input = new CompressionInput(this);
        Options.Add(_codecs);
        Options.Add(_report);
    }

    protected override int Execute(VerbContext context)
    {
        CompressionPipeline[] codecs = [.. Texts(context).Select(CompressionInput.Parse).DistinctBy(c => c.Name)];
        ReportFolder? folder = context.Parsed.GetValue(_report) is { } path ? new ReportFolder(path.FullName) : null;
        CompressionSubject subject = _input.Load(context);
        using Device device = context.ChooseDevice().Candidate.Open();
        context.Json.AddDevice(device.Info);
        using var study = new CodecStudy(device, subject, context.Seed);
        var measurements = new List<CodecMeasurement>();
        var refusals = new List<(string Codec, string Reason)>();
        StepProgressBar.Run(context.Console, [.. codecs.Select(c => c.Name)], i =>
        {
            try
            {
                measurements.Add(study.Measure(codecs[i], _input.Repeat(context)).Measurement);
            }
            catch (Exception e) when (e is ArgumentException or ProtocolException)
            {
                // Values that one codec cannot take are no reason to hide what the others make of them.
                refusals.Add((codecs[i].Name, e.Message.ReplaceLineEndings(" ")));
            }
        });
        CodecMeasurement[] sorted = [.. measurements.OrderBy(m => m.BitsPerParameter).ThenBy(m => m.Error.NormalisedSquared)];
        CodecOutput.WriteComparison(context, subject, sorted, refusals, device.Info.Id);
        if (folder is not null)
        {
            bool hasPlot = CodecPlot.Save(folder, subject, sorted);
            folder.WriteText("report.md", CodecOutput.Markdown(subject, sorted, refusals, device.Info, hasPlot));
            context.Console.WriteLine($"Report: {folder.FullPath}");
        }

        return ExitCode.Done;
    }

    private IEnumerable<string> Texts(VerbContext context)
    {
        if (context.Parsed.GetValue(_codecs) is not { } list)
        {
            return CodecCatalog.Comparison;
        }

        string[] texts = list.Split([' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return texts.Length > 0 ? texts : throw new CommandException(ExitCode.WrongArguments, "--codecs names no pipeline. See 'fedkernel compress --list'.");
    }
}
