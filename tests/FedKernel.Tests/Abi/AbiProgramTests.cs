// SPDX-License-Identifier: Apache-2.0
using Xunit;

namespace FedKernel.Tests.Abi;

/// <summary>native/tests/abi.c: every kind of misuse from C.</summary>
public sealed class AbiProgramTests(NativeBuild native)
{
    [Fact]
    public void AbiProgram_FromAnotherFolder_Passes()
    {
        (int code, string output) = Command.Run(
            Path.Combine(native.Folder, "abi"), [], Path.GetTempPath(), NativeBuild.DotnetRoot);
        Assert.True(code == 0, output);
        Assert.EndsWith("0 failed", output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Library_ThroughARelativeLinkAndAChangedFolder_Starts()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fedkernel-link");
        try
        {
            File.CreateSymbolicLink(Path.Combine(folder.FullName, "linked.so"), native.Library);
            (int code, string output) = Command.Run(
                NativeBuild.Python,
                ["-c", "import ctypes, os; l = ctypes.CDLL('./linked.so'); os.chdir('/'); print(l.fk_init(None))"],
                folder.FullName,
                NativeBuild.DotnetRoot);
            Assert.True(code == 0, output);
            Assert.Equal("0", output.Trim());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
