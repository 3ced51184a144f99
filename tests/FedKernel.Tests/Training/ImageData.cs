// SPDX-License-Identifier: Apache-2.0
using Xunit;

namespace FedKernel.Tests.Training;

/// <summary>The image files, which may not be committed.</summary>
internal static class ImageData
{
    /// <summary>The folder of a study; the test is skipped where it is not there.</summary>
    public static string Directory(string name)
    {
        string? shared = Repository.SharedData;
        string folder = Path.Combine(shared ?? "", name);
        if (shared is null || !System.IO.Directory.Exists(folder))
        {
            Assert.Skip($"{name} is not here: set FEDKERNEL_DATA or put it into ../shared/data.");
        }

        return folder;
    }
}
