// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Abi;

/// <summary>One round through C, Python and C#, each with the clients in another order: one hash.</summary>
public sealed class HostAgreementTests(NativeBuild native) : IDisposable
{
    private const int Length = 100_003;
    private const double MaximumMagnitude = 32, MaximumWeight = 1000;
    private static readonly double[] _weights = [17, 3.5, 900, 1, 250];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fedkernel-hosts");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("cpu")]
    [InlineData("cpu:scalar")]
    [InlineData("ilgpu-cpu")]
    [InlineData("opencl:0")]
    public void Mean_FromC_HasTheBitsOfCSharp(string device)
    {
        string program = Path.Combine(native.Folder, "mean_npy");
        WriteUpdates();
        (int code, string output) = Command.Run(
            program,
            Arguments("c.npy", [4, 2, 0, 1, 3]),
            _folder.FullName,
            NativeBuild.DotnetRoot,
            ("FEDKERNEL_DEVICE", device),
            ("FEDKERNEL_OPENCL_RELAXED", "1"));
        if (device == "opencl:0" && code != 0 && output.Contains("cannot start", StringComparison.Ordinal))
        {
            Assert.Skip($"No OpenCL device (Debian: pocl-opencl-icd) is here: {output}");
        }

        Assert.True(code == 0, output);
        Assert.Equal(HashOfMeanInCSharp([0, 1, 2, 3, 4]), HashOf("c.npy"));
    }

    [Fact]
    public void Mean_FromPython_HasTheBitsOfCSharp()
    {
        string library = native.Library;
        WriteUpdates();
        (int code, string output) = RunPython(
            "native/python/mean_npy.py", library, Arguments("python.npy", [3, 1, 4, 0, 2]));
        Assert.True(code == 0, output);
        Assert.Equal(HashOfMeanInCSharp([2, 0, 4, 3, 1]), HashOf("python.npy"));
    }

    [Fact]
    public void Mean_OneBadUpdate_IsNamedAndLeftOutByBothHosts()
    {
        string program = Path.Combine(native.Folder, "mean_npy");
        WriteUpdates();
        float[] bad = Read("2.npy");
        bad[Length / 2] = float.NaN;
        NpyFile.Write(PathOf("2.npy"), bad);
        string expected = HashOfMeanInCSharp([0, 1, 3, 4]);

        (int code, string output) = Command.Run(
            program, Arguments("c.npy", [0, 1, 2, 3, 4]), _folder.FullName, NativeBuild.DotnetRoot);
        Assert.True(code == 0, output);
        Assert.Contains("2.npy", output, StringComparison.Ordinal);
        Assert.Contains("NaN", output, StringComparison.Ordinal);
        Assert.Equal(expected, HashOf("c.npy"));

        (code, output) = RunPython("native/python/mean_npy.py", native.Library, Arguments("python.npy", [4, 3, 2, 1, 0]));
        Assert.True(code == 0, output);
        Assert.Contains("2.npy", output, StringComparison.Ordinal);
        Assert.Equal(expected, HashOf("python.npy"));
    }

    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (4,), }", 16)]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 16)]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (4,), }", 16)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", 16)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (5,), }", 16)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999,), }", 16)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-4,), }", 16)]
    [InlineData("{'descr': '<f4', 'shape': (4,), }", 16)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), 'extra': 1, }", 16)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), } import os", 16)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4,", 16)]
    public void ReadNpy_InC_HostileHeader_IsRefused(string header, int dataLength)
    {
        string program = Path.Combine(native.Folder, "mean_npy");
        byte[] text = System.Text.Encoding.ASCII.GetBytes(header + "\n");
        byte[] file = [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text, .. new byte[dataLength]];
        File.WriteAllBytes(PathOf("bad.npy"), file);
        (int code, string output) = Command.Run(
            program, ["out.npy", "1", "1", "1", "bad.npy"], _folder.FullName, NativeBuild.DotnetRoot);
        Assert.Equal(1, code);
        Assert.Contains("bad.npy", output, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("out.npy")));
    }

    [Fact]
    public void PythonLayer_ChecksOfItsOwn_Pass()
    {
        (int code, string output) = RunPython("native/tests/check.py", native.Library, []);
        Assert.True(code == 0, output);
        Assert.Contains("python ok", output, StringComparison.Ordinal);
    }

    private (int ExitCode, string Output) RunPython(string script, string library, IEnumerable<string> arguments) => Command.Run(
        NativeBuild.Python,
        [Path.Combine(Repository.Root, script), .. arguments],
        _folder.FullName,
        NativeBuild.DotnetRoot,
        ("FEDKERNEL_LIBRARY", library),
        ("PYTHONPATH", Path.Combine(Repository.Root, "native/python")),
        ("PYTHONDONTWRITEBYTECODE", "1"));

    private static List<string> Arguments(string result, int[] order) =>
    [
        result,
        MaximumMagnitude.ToString(CultureInfo.InvariantCulture),
        MaximumWeight.ToString(CultureInfo.InvariantCulture),
        .. order.SelectMany(c => new[] { _weights[c].ToString(CultureInfo.InvariantCulture), $"{c}.npy" }),
    ];

    private void WriteUpdates()
    {
        using var device = new CpuDevice();
        using DeviceBuffer<float> x = device.Allocate<float>(Length);
        for (uint c = 0; c < _weights.Length; c++)
        {
            device.Generate(x, default(Fill));
            var stream = new PhiloxStream(new SimulationSeed(42), new StreamId(0, StreamPurpose.Simulation, c));
            device.Sample(x, x, new GaussianNoise<PhiloxStream>(stream, 3));
            NpyFile.Write(PathOf($"{c}.npy"), x.ToArray());
        }
    }

    private string HashOfMeanInCSharp(int[] order)
    {
        using var device = new CpuDevice();
        // The range is the plan's: it counts the bad update too, which is not folded in.
        using var mean = new ExactMean(device, Length, new FixedPointRange(MaximumMagnitude, MaximumWeight, _weights.Length));
        foreach (int c in order)
        {
            Assert.True(mean.Fold(Read($"{c}.npy"), _weights[c]).IsAccepted);
        }

        using DeviceBuffer<float> result = device.Allocate<float>(Length);
        mean.Resolve(result);
        NpyFile.Write(PathOf("csharp.npy"), result.ToArray());
        return HashOf("csharp.npy");
    }

    private string HashOf(string name) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(PathOf(name))));

    private float[] Read(string name)
    {
        using NpyFile file = NpyFile.Open(PathOf(name));
        var values = new float[file.Length];
        file.Read(values);
        return values;
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
