// SPDX-License-Identifier: Apache-2.0
using FedKernel.Tests.Abi;
using Xunit;

[assembly: AssemblyFixture(typeof(NativeBuild))]

namespace FedKernel.Tests.Abi;

/// <summary>What native/build.sh makes, made once for all tests when the first one asks.</summary>
public sealed class NativeBuild
{
    private readonly Lazy<string> _folder = new(Build);

    /// <summary>The root of the .NET installation that runs the tests, for hosts that would look elsewhere.</summary>
    public static (string Name, string Value) DotnetRoot { get; } =
        ("DOTNET_ROOT", Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../..")));

    /// <summary>The folder with libfedkernel.so; skips the test where it cannot be built.</summary>
    public string Folder
    {
        get
        {
            string? missing = OperatingSystem.IsLinux()
                ? Array.Find(["dotnet", "cmake", "gcc", "g++"], tool => Command.Find(tool) is null)
                : "Linux";
            if (missing is not null)
            {
                Assert.Skip($"The native library needs {missing}, which is missing here.");
            }

            return _folder.Value;
        }
    }

    /// <summary>The library.</summary>
    public string Library => Path.Combine(Folder, "libfedkernel.so");

    /// <summary>/usr/bin/python3 or another with NumPy; skips the test where there is none.</summary>
    public static string Python
    {
        get
        {
            string? python = Array.Find(
                ["/usr/bin/python3", "python3"],
                name => Command.Find(name) is { } found
                    && Command.Run(found, ["-c", "import numpy"], Path.GetTempPath()).ExitCode == 0);
            if (python is null)
            {
                Assert.Skip("python3 with NumPy (Debian: python3-numpy) is missing here.");
            }

            return Command.Find(python)!;
        }
    }

    private static string Build()
    {
        // Beside the tests' own files, so that a second run finds most of it made.
        string folder = Path.Combine(AppContext.BaseDirectory, "native-build");
        (int code, string output) = Command.Run("sh", ["native/build.sh", folder], Repository.Root);
        return code == 0 ? folder : throw new InvalidOperationException($"native/build.sh ended with {code}:\n{output}");
    }
}
