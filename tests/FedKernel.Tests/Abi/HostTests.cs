// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Abi;

public sealed partial class HostTests(NativeLibrary library) : IClassFixture<NativeLibrary>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fedkernel-hosts-").FullName;

    [Fact]
    public void Mean_CAndPythonAndCSharp_OneHash()
    {
        string python = library.RequirePython();
        string[] files = WriteUpdates(clients: 5, length: 100_003);
        double[] weights = [199, 172, 30, 85, 0.75];

        string fromCSharp = HashOfCSharp(files, weights, [0, 1, 2, 3, 4]);
        Ran(Path.Combine(library.Folder, "mean_npy"), Arguments("c.npy", files, weights, [3, 1, 4, 0, 2]));
        Ran(python, [Path.Combine(library.Folder, "mean_npy.py"), .. Arguments("python.npy", files, weights, [4, 3, 2, 1, 0])]);

        Assert.Equal(fromCSharp, HashOfFile("c.npy"));
        Assert.Equal(fromCSharp, HashOfFile("python.npy"));
    }

    [Fact]
    public void Abi_Misuse_IsStatusesNotCrashes()
    {
        library.Require();
        (int code, string text) = NativeLibrary.Run(Path.Combine(library.Folder, "abi"), [], "/");
        Assert.True(code == 0 && text.Contains("checks passed", StringComparison.Ordinal), text);
    }

    [Fact]
    public void MeanNpy_HostileFile_IsOneLine()
    {
        library.Require();
        File.WriteAllBytes(Path.Combine(_folder, "bad.npy"), [1, 2, 3]);
        (int code, string text) = NativeLibrary.Run(Path.Combine(library.Folder, "mean_npy"), ["o.npy", "1", Path.Combine(_folder, "bad.npy")], _folder);
        Assert.Equal(1, code);
        Assert.Contains("no .npy file", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Symbols_HeaderAndLibrary_AreTheSame()
    {
        library.Require();
        string header = File.ReadAllText(Path.Combine(Repository.Root, "native", "include", "fedkernel.h"));
        (int code, string text) = NativeLibrary.Run("nm", ["-D", "--defined-only", Path.Combine(library.Folder, "libfedkernel.so")]);
        Assert.Equal(0, code);
        Assert.Equal(
            Declared().Matches(header).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal),
            Exported().Matches(text).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("cc", "c", "c99")]
    [InlineData("c++", "c++", "c++17")]
    public void Header_StrictCompilers_TakeIt(string compiler, string language, string standard)
    {
        library.Require();
        string source = Path.Combine(_folder, "header." + language);
        File.WriteAllText(source, "#include \"fedkernel.h\"\nint main(void) { return (int)FK_STATUS_OK; }\n");
        (int code, string text) = NativeLibrary.Run(compiler, [
            "-x", language, $"-std={standard}", "-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
            "-I", Path.Combine(Repository.Root, "native", "include"), source]);
        Assert.True(code == 0, text);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [GeneratedRegex(@"^FK_API [^;]*?\b(fk_\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex(@"^\S+ T (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Exported();

    private static string HashOfCSharp(string[] files, double[] weights, int[] order)
    {
        using var device = new CpuDevice(SimdWidth.Scalar, 1);
        using NpyFile first = NpyFile.Open(files[0]);
        using var mean = new ExactMean(device, first.Length, new FixedPointRange(64, 100000, 1024));
        foreach (int k in order)
        {
            using NpyFile file = NpyFile.Open(files[k]);
            var values = new float[file.Length];
            file.Read(values);
            Assert.True(mean.Fold(values, weights[k]).IsAccepted);
        }

        using DeviceBuffer<float> result = device.Allocate<float>(first.Length);
        mean.Resolve(result);
        return BufferDigest.Sha256(result);
    }

    private void Ran(string program, IEnumerable<string> arguments)
    {
        (int code, string text) = NativeLibrary.Run(program, arguments, _folder);
        Assert.True(code == 0, text);
    }

    private static IEnumerable<string> Arguments(string result, string[] files, double[] weights, int[] order) =>
        [result, .. order.SelectMany(k => new[] { weights[k].ToString("R", CultureInfo.InvariantCulture), files[k] })];

    private string HashOfFile(string name)
    {
        using NpyFile file = NpyFile.Open(Path.Combine(_folder, name));
        var values = new float[file.Length];
        file.Read(values);
        return Convert.ToHexStringLower(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())));
    }

    private string[] WriteUpdates(int clients, int length)
    {
        var files = new string[clients];
        for (int k = 0; k < clients; k++)
        {
            var random = new SimulationRandom(new SimulationSeed(5), (uint)k);
            float[] values = [.. Enumerable.Range(0, length).Select(_ => (float)random.NextNormal())];
            files[k] = Path.Combine(_folder, $"client{k}.npy");
            NpyFile.Write(files[k], values);
        }

        return files;
    }
}
