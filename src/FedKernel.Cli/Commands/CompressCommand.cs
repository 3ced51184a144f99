// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using FedKernel.Cli.Codecs;
using FedKernel.Cli.Reports;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Instruments.Verbs;
using Spectre.Console;

namespace FedKernel.Cli.Commands;

/// <summary><c>fedkernel compress</c>: what a codec makes of a file, and the frame as a file.</summary>
internal sealed class CompressCommand : Verb
{
    private readonly CompressionInput _input;

    private readonly Option<string?> _codec = new("--codec")
    {
        Description = "The pipeline: stages joined by '+', parameters behind ':'. --list has them.",
        HelpName = "PIPELINE",
    };

    private readonly Option<FileInfo?> _out = new("--out")
    {
        Description = "Also write the frame, with its layout beside it: 'fedkernel decompress' reads it.",
        HelpName = "FILE.fkc",
    };

    private readonly Option<bool> _list = new("--list")
    {
        Description = "The stages, their parameters and ranges, and what each promises.",
    };

    public CompressCommand()
        : base(
            "compress",
            "Compresses a file: size, error, time and promises of a codec. 'compare' has all codecs beside one another.",
            "fedkernel compress --synthetic mixed --codec topk:0.01+int8:256+rice",
            "fedkernel compress --list",
            "fedkernel compress update.npy --codec eden:4 --out update.fkc",
            "fedkernel decompress update.fkc --out again.npy",
            "fedkernel compress compare model.safetensors --report out")
    {
        _input = new CompressionInput(this);
        Options.Add(_codec);
        _out.InExistingFolder();
        Options.Add(_out);
        Options.Add(_list);
        Subcommands.Add(new CompressCompareCommand());
    }

    protected override int Execute(VerbContext context)
    {
        if (context.Parsed.GetValue(_list))
        {
            CodecOutput.WriteList(context);
            return ExitCode.Done;
        }

        string text = context.Parsed.GetValue(_codec)
            ?? throw new CommandException(ExitCode.WrongArguments, "Say which: --codec PIPELINE. See 'fedkernel compress --list'.");
        CompressionPipeline codec = CompressionInput.Parse(text);
        CompressionSubject subject = _input.Load(context);
        using Device device = context.ChooseDevice().Candidate.Open();
        context.Json.AddDevice(device.Info);
        using var study = new CodecStudy(device, subject, context.Seed);
        (CodecMeasurement measurement, byte[] frame) = study.Measure(codec, _input.Repeat(context));
        CodecOutput.Write(context, subject, measurement, frame, device.Info.Id);
        if (context.Parsed.GetValue(_out) is { } file)
        {
            CompressedFile.Write(file.FullName, frame, subject.Layout);
            context.Console.WriteLine($"Frame: {file.FullName}, its layout: {CompressedFile.LayoutPath(file.Name)}");
        }

        return ExitCode.Done;
    }
}
