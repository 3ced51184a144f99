// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Reflection;

namespace FedKernel.Instruments.Validation.Session;

/// <summary>How this program is started once more: as an apphost, a single file, by <c>dotnet X.dll</c>, or from within a test.</summary>
internal static class ChildProgram
{
    /// <summary>Programs that have the verb carry this metadata in their assembly.</summary>
    public const string Metadata = "FedKernelVerbs";

    /// <summary>A start of the program with the given arguments.</summary>
    /// <exception cref="DeviceException">There is no program to start.</exception>
    public static ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        string host = Environment.ProcessPath ?? throw new DeviceException("This process does not know its own program.");
        Assembly? entry = Assembly.GetEntryAssembly();
        bool hosted = Path.GetFileNameWithoutExtension(host).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        if (HasVerbs(entry) && !hosted)
        {
            return Redirected(host, arguments);
        }

        // A test has another entry, and the program as a library.
        string? library = HasVerbs(entry)
            ? Environment.GetCommandLineArgs()[0]
            : AppDomain.CurrentDomain.GetAssemblies().Where(HasVerbs).Select(a => a.Location).FirstOrDefault();
        return library is not null && File.Exists(library)
            ? Redirected(hosted ? host : "dotnet", [library, .. arguments])
            : throw new DeviceException("There is no program to start for a device of its own process.");
    }

    private static bool HasVerbs(Assembly? assembly) =>
        assembly?.GetCustomAttributes<AssemblyMetadataAttribute>().Any(a => a.Key == Metadata) == true;

    private static ProcessStartInfo Redirected(string program, IEnumerable<string> arguments) =>
        new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
}
