// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Xunit;

namespace FedKernel.Tests.Bench;

/// <summary>bench/gpu/run.sh, with a few lines of shell in the place of the program that it starts.</summary>
public sealed class GpuScriptTests : IDisposable
{
    private static readonly string _source = Path.Combine(Repository.Root, "bench", "gpu");

    private readonly string _folder = Directory.CreateTempSubdirectory("fedkernel-gpu-").FullName;

    public GpuScriptTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the scripts are for a POSIX shell");
        File.Copy(Path.Combine(_source, "run.sh"), Path.Combine(_folder, "run.sh"));
        File.Copy(Path.Combine(_source, "peers.py"), Path.Combine(_folder, "peers.py"));
    }

    private string Report => Path.Combine(_folder, "report");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("run.sh")]
    [InlineData("rehearse.sh")]
    public void Script_IsShell(string name) =>
        Assert.Equal((0, "", ""), Start("sh", ["-n", Path.Combine(_source, name)]));

    [Theory]
    [InlineData("there is no 'rum'", "rum")]
    [InlineData("got 'gpu'", "run", "gpu")]
    [InlineData("run takes a device and a folder", "run", "cuda:0", "a", "b")]
    [InlineData("publish takes one folder", "publish", "a", "b")]
    public void Run_WrongArguments_IsOneLineAndCode2(string expected, params string[] arguments) =>
        Refuses(2, expected, Run(arguments));

    [Fact]
    public void Run_WithoutPublish_SaysHowToMakeIt() => Refuses(5, "make it with 'run.sh publish'", Run("run", "cuda:0", Report));

    [Fact]
    public void Run_FolderIsAFile_IsRefusedBeforeTheWork()
    {
        Publish("touch started");
        File.WriteAllText(Report, "");
        Refuses(2, $"cannot write to the folder '{Report}'", Run("run", "cuda:0", Report));
        Assert.False(File.Exists(Path.Combine(_folder, "started")));
    }

    [Fact]
    public void Run_NoDevice_IsCode5AndTimesNothing()
    {
        Publish("[ $1 = validate ] && exit 5; [ $1 = bench ] && touch started; exit 0");
        (int code, _, string error) = Run("run", "cuda:0", Report);
        Assert.Equal(5, code);
        Assert.Contains("no usable device 'cuda:0'", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "started")));
        Assert.True(File.Exists(Path.Combine(Report, "environment.txt")));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(3, 1, 3)]
    [InlineData(0, 1, 1)]
    [InlineData(0, 3, 3)]
    [InlineData(1, 0, 1)]
    [InlineData(134, 0, 4)]
    [InlineData(124, 0, 4)]
    public void Run_Codes_AreThoseOfTheSteps(int validation, int benchmarks, int expected)
    {
        Publish($$"""
            [ $1 = devices ] && echo device list
            while [ $# -gt 0 ]; do
                case $1 in
                validate) code={{validation}} ;;
                bench) code={{benchmarks}} ;;
                --json | --html | --junit) echo made >"$2" ;;
                esac
                shift
            done
            exit ${code-0}
            """);
        (int code, string output, _) = Run("run", "opencl:0", Report);
        Assert.Equal(expected, code);
        Assert.Contains("peers: skipped", output, StringComparison.Ordinal);
        Assert.Equal(
            ["bench.json", "devices.json", "environment.txt", "validate.html", "validate.json", "validate.xml"],
            Directory.GetFiles(Report).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("device list", File.ReadAllText(Path.Combine(Report, "environment.txt")), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OlderReport_DoesNotPassForThisOne()
    {
        Publish("exit 1");
        Directory.CreateDirectory(Report);
        string old = Path.Combine(Report, "validate.json");
        File.WriteAllText(old, "{}");
        Assert.Equal(1, Run("run", "cpu", Report).Code);
        Assert.False(File.Exists(old));
    }

    private static void Refuses(int expected, string message, (int Code, string Output, string Error) found)
    {
        Assert.Equal(expected, found.Code);
        Assert.Contains(message, found.Error, StringComparison.Ordinal);
        Assert.Equal(1, found.Error.Count(c => c == '\n'));
        Assert.Equal("", found.Output);
    }

    private static (int Code, string Output, string Error) Start(string program, string[] arguments, string? folder = null)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private void Publish(string script)
    {
        string publish = Directory.CreateDirectory(Path.Combine(_folder, "publish")).FullName;
        string program = Path.Combine(publish, "FedKernel.Probe");
        File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private (int Code, string Output, string Error) Run(params string[] arguments) =>
        Start("sh", [Path.Combine(_folder, "run.sh"), .. arguments], _folder);
}
