// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace FedKernel.Tests.Abi;

/// <summary>Runs a program and waits for it.</summary>
internal static class Command
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    /// <summary>The first of these programs that is on the path or is a file, or null.</summary>
    public static string? Find(params ReadOnlySpan<string> names)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        foreach (string name in names)
        {
            // A rooted name stays as it is when it is combined.
            if (folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Runs a program; its exit code, and its two outputs together.</summary>
    public static (int ExitCode, string Output) Run(
        string program, IEnumerable<string> arguments, string folder, params ReadOnlySpan<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the SDK sets for the tests would lead a build inside them astray.
        foreach (string name in start.Environment.Keys.Where(n => n.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{program}' did not end within {_patience}.");
        }

        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult());
    }
}
