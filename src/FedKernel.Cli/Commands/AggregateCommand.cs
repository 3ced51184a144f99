// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Instruments.Verbs;
using FedKernel.Updates;
using Spectre.Console;

namespace FedKernel.Cli.Commands;

/// <summary><c>fedkernel aggregate</c>: the exact weighted mean of .npy files, one in memory at a time.</summary>
internal sealed class AggregateCommand : Verb
{
    private const int Window = 1 << 20;

    private readonly Argument<FileInfo[]> _files = new("FILE")
    {
        Description = "Updates: .npy files of little-endian float32, all of one length.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<FileInfo> _out = new("--out")
    {
        Description = "The mean, as .npy.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string?> _weights = new("--weights")
    {
        Description = "A weight for each file, separated by commas. Default: 1 each.",
        HelpName = "W,W,…",
    };

    private readonly Option<double> _magnitude = new("--max-magnitude")
    {
        Description = "Declared range: files with a larger |value| are refused. It fixes the grid of the exact sum.",
        HelpName = "M",
        DefaultValueFactory = _ => 64,
    };

    public AggregateCommand()
        : base(
            "aggregate",
            "The exact weighted mean of .npy files: the same bits for any order of the files and on any device.",
            "fedkernel aggregate --out mean.npy a.npy b.npy",
            "fedkernel aggregate --out mean.npy --weights 199,172 a.npy b.npy --device cpu:256")
    {
        Arguments.Add(_files);
        Options.Add(_out);
        Options.Add(_weights);
        Options.Add(_magnitude);
    }

    protected override int Execute(VerbContext context)
    {
        FileInfo[] files = context.Parsed.GetValue(_files)!;
        double[] weights = Weights(context.Parsed.GetValue(_weights), files.Length);
        double magnitude = context.Parsed.GetValue(_magnitude);
        if (!(magnitude >= Math.ScaleB(1, -60) && magnitude <= Math.ScaleB(1, 60)))
        {
            throw new CommandException(ExitCode.WrongArguments, $"--max-magnitude must lie in [2^-60, 2^60]; got {magnitude}.");
        }

        using Device device = context.ChooseDevice().Candidate.Open();
        context.Json.AddDevice(device.Info);
        var watch = Stopwatch.StartNew();
        long length = LengthOf(files[0].FullName);
        using var mean = new ExactMean(device, length, new FixedPointRange(magnitude, Math.Max(1, weights.Max()), files.Length));
        for (int k = 0; k < files.Length; k++)
        {
            Fold(context, mean, files[k].FullName, weights[k]);
        }

        string digest = Save(context.Parsed.GetValue(_out)!.FullName, mean);
        context.Console.WriteLine($"Mean of {mean.ClientCount} of {files.Length} files, {length} values, on {device.Info.Id}.");
        context.Console.WriteLine($"sha256 {digest}");
        context.Json.AddHash("aggregate.exact_mean.sha256", digest);
        context.Json.Add("aggregate.exact_mean.accepted", mean.ClientCount, "files");
        context.Json.Add("aggregate.exact_mean.seconds", watch.Elapsed.TotalSeconds, "s");
        WritePeak(context, length);
        return mean.ClientCount == files.Length ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Fold(VerbContext context, ExactMean mean, string path, double weight)
    {
        try
        {
            using NpyFile update = NpyFile.Open(path);
            FoldOutcome outcome = mean.Fold(update, weight);
            if (!outcome.IsAccepted)
            {
                context.Console.WriteLine($"Refused '{path}': {outcome.Reason}.");
            }
        }
        catch (Exception e) when (e is DataFormatException or IOException)
        {
            context.Console.WriteLine($"Refused '{path}': {e.Message}");
        }
    }

    private static double[] Weights(string? text, int count)
    {
        if (text is null)
        {
            return [.. Enumerable.Repeat(1.0, count)];
        }

        string[] parts = text.Split(',');
        var weights = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out weights[i])
                || !(weights[i] >= FixedPointRange.SmallestWeight && weights[i] <= Math.ScaleB(1, 32)))
            {
                throw new CommandException(ExitCode.WrongArguments, $"--weights must be numbers in [2^-30, 2^32]; got '{parts[i]}'.");
            }
        }

        return parts.Length == count
            ? weights
            : throw new CommandException(ExitCode.WrongArguments, $"--weights has {parts.Length} numbers for {count} files.");
    }

    private static long LengthOf(string path)
    {
        using NpyFile file = NpyFile.Open(path);
        return file.Length > 0 ? file.Length : throw new DataFormatException($"'{path}' holds no value.");
    }

    /// <summary>Writes the mean window by window, so that it never lies in memory whole.</summary>
    private static string Save(string path, ExactMean mean)
    {
        string unfinished = path + ".part";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (FileStream stream = File.Create(unfinished))
        {
            stream.Write(NpyFile.Header([mean.Length]));
            using DeviceBuffer<float> buffer = mean.Device.Allocate<float>(Math.Min(Window, mean.Length));
            var window = new float[buffer.Length];
            for (long start = 0; start < mean.Length; start += Window)
            {
                int count = (int)Math.Min(Window, mean.Length - start);
                mean.Resolve(buffer.Slice(0, count), start);
                buffer.CopyTo(window.AsSpan(0, count));
                ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(window.AsSpan(0, count));
                hash.AppendData(bytes);
                stream.Write(bytes);
            }
        }

        File.Move(unfinished, path, overwrite: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The most memory that the process ever had, where the system tells.</summary>
    private static void WritePeak(VerbContext context, long length)
    {
        const string Status = "/proc/self/status";
        string? line = File.Exists(Status)
            ? File.ReadLines(Status).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))
            : null;
        if (line is not null)
        {
            double bytes = 1024 * double.Parse(line.Split(':', 2)[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            double updates = bytes / (sizeof(float) * length);
            context.Json.Add("aggregate.exact_mean.peak_memory", bytes, "B");
            context.Json.Add("aggregate.exact_mean.peak_memory_in_updates", updates, "1");
            context.Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Peak memory {bytes / 1e6:0} MB, {updates:0.00} times one update."));
        }
    }
}
