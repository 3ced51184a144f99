// SPDX-License-Identifier: Apache-2.0
using FedKernel.Tests.Abi;
using Xunit;

namespace FedKernel.Tests.Bench;

/// <summary>The limit on the size in <c>bench/gpu/run.sh publish</c>; a few lines of shell make files of a size instead of the SDK.</summary>
public sealed class GpuPublishTests : IDisposable
{
    private const long Limit = 50_000_000;

    // Where the script stands in a checkout: the build goes beside the checkout's other builds.
    private readonly string _checkout = Directory.CreateTempSubdirectory("fedkernel-publish-").FullName;

    public GpuPublishTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the scripts are for a POSIX shell");
        Directory.CreateDirectory(Path.GetDirectoryName(Script)!);
        File.Copy(Path.Combine(Repository.Root, "bench", "gpu", "run.sh"), Script);
    }

    private string Script => Path.Combine(_checkout, "bench", "gpu", "run.sh");

    private string Program => Path.Combine(_checkout, "bench", "gpu", "publish", "FedKernel.Probe");

    public void Dispose() => Directory.Delete(_checkout, recursive: true);

    [Fact]
    public void Publish_BelowTheLimitWithReadyToRun_IsTaken()
    {
        (int code, string output) = Publish(compiled: Limit - 1, plain: 1);
        Assert.True(code == 0, output);
        Assert.Contains($"{Limit - 1} bytes, ReadyToRun=true", output, StringComparison.Ordinal);
        Assert.Equal(Limit - 1, new FileInfo(Program).Length);
    }

    [Fact]
    public void Publish_AtTheLimitWithReadyToRun_IsMadeAgainWithout()
    {
        (int code, string output) = Publish(compiled: Limit, plain: 40_000_000);
        Assert.True(code == 0, output);
        Assert.Contains($"{Limit} bytes with ReadyToRun=true, the limit is {Limit}.", output, StringComparison.Ordinal);
        Assert.Contains("40000000 bytes, ReadyToRun=false", output, StringComparison.Ordinal);
        Assert.Equal(40_000_000, new FileInfo(Program).Length);
    }

    [Fact]
    public void Publish_AtTheLimitEitherWay_IsRefusedAndLeavesNoProgram()
    {
        (int code, string output) = Publish(compiled: Limit + 1, plain: Limit);
        Assert.Equal(1, code);
        Assert.Contains($"the program has {Limit} bytes; the limit is {Limit}.", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Program));
    }

    [Fact]
    public void Publish_SdkFails_IsCode1AndLeavesNoProgram()
    {
        (int code, string output) = Publish("exit 9");
        Assert.Equal(1, code);
        Assert.Contains("dotnet publish failed", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Program));
    }

    private (int Code, string Output) Publish(long compiled, long plain) => Publish($$"""
        bytes={{plain}}
        while [ $# -gt 0 ]; do
            case $1 in
            -o) folder=$2 ;;
            -p:PublishReadyToRun=true) bytes={{compiled}} ;;
            esac
            shift
        done
        mkdir -p "$folder" && truncate -s $bytes "$folder/FedKernel.Probe"
        """);

    private (int Code, string Output) Publish(string sdk)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_checkout, "sdk")).FullName;
        string dotnet = Path.Combine(folder, "dotnet");
        File.WriteAllText(dotnet, $"#!/bin/sh\n{sdk}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        string path = folder + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        return Command.Run("sh", [Script, "publish"], _checkout, ("PATH", path));
    }
}
