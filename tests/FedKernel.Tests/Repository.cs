// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Tests;

/// <summary>Where things lie on the machine that runs the tests.</summary>
internal static class Repository
{
    /// <summary>The folder of FedKernel.sln.</summary>
    public static string Root { get; } = FindUpwards("FedKernel.sln")
        ?? throw new InvalidOperationException("The tests run outside a checkout: FedKernel.sln was not found above them.");

    /// <summary>The folder with the studies' data that may not be committed, or null.</summary>
    public static string? SharedData { get; } =
        Environment.GetEnvironmentVariable("FEDKERNEL_DATA") is { Length: > 0 } named ? named : FindUpwards("shared/data");

    private static string? FindUpwards(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, name);
            if (Path.Exists(path))
            {
                return name.EndsWith(".sln", StringComparison.Ordinal) ? folder.FullName : path;
            }
        }

        return null;
    }
}
