// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FedKernel.Devices;

namespace FedKernel.Instruments.Verbs;

/// <summary>The options that every verb has.</summary>
internal sealed class CommonOptions
{
    public Option<string?> Device { get; } = new("--device")
    {
        Description = $"Device to use: cpu, cpu:256, cuda:0, opencl:0, ilgpu-cpu. Default: {DeviceCatalog.EnvironmentVariable}.",
        HelpName = "ID",
    };

    public Option<FileInfo?> Json { get; } = new("--json")
    {
        Description = "Also write the results to this file as one JSON object.",
        HelpName = "FILE",
    };

    public Option<ulong> Seed { get; } = new("--seed")
    {
        Description = "Seed of everything that is simulated, a whole number.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = ParseSeed,
    };

    public CommonOptions() => Json.Validators.Add(RefuseMissingFolder);

    private static ulong ParseSeed(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
        {
            result.AddError($"--seed takes a whole number from 0 to {ulong.MaxValue}; got '{text}'.");
        }

        return seed;
    }

    // Before the work, not after it: a run of minutes whose results have nowhere to go is lost.
    private static void RefuseMissingFolder(OptionResult result)
    {
        if (result.Tokens.Count == 0)
        {
            return;
        }

        string path = result.Tokens[0].Value;
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (Directory.Exists(path) || !Directory.Exists(folder))
        {
            result.AddError($"--json takes a file in a folder that exists; got '{path}'.");
        }
    }
}
