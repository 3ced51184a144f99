// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Reflection;

namespace FedKernel.Instruments.Validation.Session;

/// <summary>How this program is started once more: as an apphost, a single file, by <c>dotnet X.dll</c>, or from within a test.</summary>
internal static class ChildProgram
{
    /// <summary>Programs that have the verb carry this metadata in their assembly.</summary>
    public const string Metadata = "FedKernelVerbs";

    private const string Fallback = "FedKernel.Cli.dll";

    /// <summary>A start of the program with the given arguments.</summary>
    /// <exception cref="DeviceException">There is no program to start.</exception>
    public static ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        string host = Environment.ProcessPath ?? throw new DeviceException("This process does not know its own program.");
        bool ours = Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>().Any(a => a.Key == Metadata) == true;
        bool hosted = Path.GetFileNameWithoutExtension(host).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        if (ours && !hosted)
        {
            return Redirected(host, arguments);
        }

        string library = ours ? Environment.GetCommandLineArgs()[0] : Path.Combine(AppContext.BaseDirectory, Fallback);
        return File.Exists(library)
            ? Redirected(hosted ? host : "dotnet", [library, .. arguments])
            : throw new DeviceException($"There is no '{library}' to start for a device of its own process.");
    }

    private static ProcessStartInfo Redirected(string program, IEnumerable<string> arguments) =>
        new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
}
