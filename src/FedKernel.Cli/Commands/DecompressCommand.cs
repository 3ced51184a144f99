// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using FedKernel.Cli.Codecs;
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Instruments.Verbs;
using FedKernel.Updates;
using Spectre.Console;

namespace FedKernel.Cli.Commands;

/// <summary><c>fedkernel decompress</c>: the values that a frame stands for.</summary>
internal sealed class DecompressCommand : Verb
{
    private readonly Argument<FileInfo> _file = new("FILE.fkc")
    {
        Description = "A frame, as 'fedkernel compress --out' writes it and as it travels.",
    };

    private readonly Option<FileInfo> _out = new("--out")
    {
        Description = "The values: a name that ends in .safetensors keeps names and shapes, any other is .npy.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<FileInfo?> _like = new("--like")
    {
        Description = "A .npy or .safetensors file of the same layout. Default: the layout beside the frame.",
        HelpName = "FILE",
    };

    public DecompressCommand()
        : base(
            "decompress",
            "Writes the values that a compressed file stands for.",
            "fedkernel decompress update.fkc --out again.npy",
            "fedkernel decompress update.fkc --like model.safetensors --out again.safetensors")
    {
        Arguments.Add(_file);
        _out.InExistingFolder();
        Options.Add(_out);
        Options.Add(_like);
    }

    protected override int Execute(VerbContext context)
    {
        string path = context.Parsed.GetValue(_file)!.FullName, target = context.Parsed.GetValue(_out)!.FullName;
        byte[] frame = File.ReadAllBytes(path);
        CompressionPipeline codec = CompressedFile.CodecOf(frame);
        ParameterLayout layout = context.Parsed.GetValue(_like) is { } like
            ? CompressionSubject.LoadLayout(like.FullName)
            : CompressedFile.ReadLayout(path);
        if (layout.Length > Array.MaxLength)
        {
            throw new DataFormatException($"The layout has {layout.Length} values; at most {Array.MaxLength} can be written here.");
        }

        using Device device = context.ChooseDevice().Candidate.Open();
        context.Json.AddDevice(device.Info);
        using var update = CompressedUpdate.Open(device, frame, layout, codec);
        var values = new float[layout.Length];
        using (DeviceBuffer<float> buffer = device.Allocate<float>(layout.Length))
        {
            update.DecodeTo(buffer);
            buffer.CopyTo(values);
        }

        if (target.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            SafetensorsFile.Write(target, layout, values, new Dictionary<string, string> { ["codec"] = codec.Name });
        }
        else
        {
            NpyFile.Write(target, values, layout.Slots.Count == 1 ? layout.Slots[0].Shape : null);
        }

        context.Console.WriteLine($"{codec.Name}: {frame.Length} bytes to {layout.Length} values of {layout}, {target}");
        context.Json.Add("decompress.frame.bytes", frame.Length, "B");
        context.Json.Add("decompress.frame.elements", layout.Length, "1");
        context.Json.Add("decompress.frame.values", update.Count, "1");
        return ExitCode.Done;
    }
}
