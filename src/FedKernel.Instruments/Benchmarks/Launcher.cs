// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Validation.Session;
using FedKernel.Instruments.Verbs;

namespace FedKernel.Instruments.Benchmarks;

/// <summary>Starts the program anew for each launch, so that code and memory lie elsewhere each time.</summary>
internal static class Launcher
{
    private static readonly TimeSpan _most = TimeSpan.FromMinutes(5);

    /// <summary>One launch in a process of its own.</summary>
    /// <exception cref="CommandException">The process failed; its line is passed on.</exception>
    public static LaunchData Launch(string deviceId, BenchOptions options, int number) =>
        Launch(file => ChildProgram.Start(Arguments(deviceId, options, number, file)), number);

    /// <summary>One launch of any program that leaves its samples in a file.</summary>
    /// <param name="start">How it is started, with its three streams redirected, by the file.</param>
    /// <param name="number">Of the launch.</param>
    /// <exception cref="CommandException">The process failed; its line is passed on.</exception>
    public static LaunchData Launch(Func<string, ProcessStartInfo> start, int number)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fedkernel-bench-");
        try
        {
            string file = Path.Combine(folder.FullName, "launch.json");
            using Process process = Process.Start(start(file))!;
            process.StandardInput.Close();
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

    private static List<string> Arguments(string deviceId, BenchOptions options, int number, string file)
    {
        List<string> arguments =
        [
            "bench", "--device", deviceId, "--launch", file, "--seed", (options.Seed + (ulong)number).ToString(CultureInfo.InvariantCulture),
        ];
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

        return arguments;
    }
}
