// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Xunit;

namespace FedKernel.Tests.Abi;

/// <summary>libfedkernel.so and its hosts, built once by the one script.</summary>
public sealed class NativeLibrary
{
    private static readonly string[] _tools = ["cc", "c++", "cmake", "sh"];
    private static readonly string[] _pythons = ["/usr/bin/python3", "python3"];
    private static readonly string[] _importNumPy = ["-c", "import numpy"];

    private readonly string? _missing;

    public NativeLibrary()
    {
        _missing = _tools.FirstOrDefault(tool => FindTool(tool) is null);
        if (_missing is null)
        {
            Folder = Path.Combine(Repository.Root, ".artifacts", "native-tests");
            string script = Path.Combine(Repository.Root, "native", "build.sh");
            (int code, string text) = Run("sh", [script, Folder]);
            Assert.True(code == 0, $"native/build.sh failed:\n{text}");
        }
    }

    /// <summary>Where everything lies.</summary>
    public string Folder { get; } = "";

    /// <summary>Skips the test that asks, with the reason, where the library cannot be built.</summary>
    public void Require() => Assert.SkipWhen(_missing is not null, $"'{_missing}' is not installed: the native library cannot be built.");

    /// <summary>The first of these Pythons that has NumPy; skips where none has.</summary>
    public string RequirePython()
    {
        Require();
        string? python = _pythons
            .FirstOrDefault(p => FindTool(p) is not null && Run(p, _importNumPy).Code == 0);
        Assert.SkipWhen(python is null, "No python3 with NumPy is installed (Debian: python3-numpy).");
        return python!;
    }

    /// <summary>Runs a program; gives its exit code and all that it wrote.</summary>
    public static (int Code, string Text) Run(string program, IEnumerable<string> arguments, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Repository.Root,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    private static string? FindTool(string tool) =>
        Path.IsPathRooted(tool)
            ? (File.Exists(tool) ? tool : null)
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, tool)).FirstOrDefault(File.Exists);
}
