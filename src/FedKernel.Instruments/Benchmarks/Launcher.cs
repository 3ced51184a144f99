// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Verbs;

namespace FedKernel.Instruments.Benchmarks;

/// <summary>Starts the program anew for each launch, so that code and memory lie elsewhere each time.</summary>
internal static class Launcher
{
    private static readonly TimeSpan _most = TimeSpan.FromMinutes(5);

    /// <summary>True if the running program is one that has the verb; a host of tests is not.</summary>
    public static bool CanLaunch { get; } =
        Assembly.GetEntryAssembly()?.GetName().Name is "FedKernel.Cli" or "FedKernel.Probe" && Environment.ProcessPath is not null;

    /// <summary>One launch in a process of its own.</summary>
    /// <exception cref="CommandException">The process failed; its line is passed on.</exception>
    public static LaunchData Launch(string deviceId, BenchOptions options, int number)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fedkernel-bench-");
        try
        {
            string file = Path.Combine(folder.FullName, "launch.json");
            using Process process = Process.Start(Command(deviceId, options, number, file))!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(_most))
            {
                process.Kill(entireProcessTree: true);
                throw new CommandException(ExitCode.Failed, $"Launch {number} took more than {_most.TotalMinutes} minutes.");
            }

            Task.WaitAll(error, output);
            return process.ExitCode == ExitCode.Done
                ? LaunchData.Read(file)
                : throw new CommandException(process.ExitCode, $"Launch {number} failed: {error.Result.Trim()}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ProcessStartInfo Command(string deviceId, BenchOptions options, int number, string file)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        List<string> arguments =
        [
            "bench", "--device", deviceId, "--launch", file, "--seed", (options.Seed + (ulong)number).ToString(CultureInfo.InvariantCulture),
        ];
        if (options.Filter is { } filter)
        {
            arguments.AddRange(["--filter", filter]);
        }

        if (options.Elements is { } elements)
        {
            arguments.AddRange(["--elements", elements.ToString(CultureInfo.InvariantCulture)]);
        }

        arguments.ForEach(start.ArgumentList.Add);
        return start;
    }
}
