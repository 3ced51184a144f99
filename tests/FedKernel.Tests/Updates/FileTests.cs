// SPDX-License-Identifier: Apache-2.0
using System.Text;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Updates;

public sealed class FileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fedkernel-").FullName;

    [Theory]
    [InlineData(new long[] { 6 })]
    [InlineData(new long[] { 2, 3 })]
    [InlineData(new long[] { 1, 6, 1 })]
    public void Npy_Written_ReadsBack(long[] shape)
    {
        NpyFile.Write(At("a.npy"), [1, 2, 3, 4, 5, 6], shape);
        using NpyFile file = NpyFile.Open(At("a.npy"));
        Assert.Equal(shape, file.Shape);
        var values = new float[3];
        file.Read(values, start: 2);
        Assert.Equal([3, 4, 5], values);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(values, start: 4));
    }

    [Fact]
    public void Npy_WrittenByNumPy_Reads()
    {
        // numpy.save of numpy.array([1.5, -2.0], dtype='<f4'), NumPy 1.24.
        byte[] bytes =
        [
            0x93, .. "NUMPY"u8, 1, 0, 0x76, 0,
            .. Encoding.ASCII.GetBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }".PadRight(117) + "\n"),
            0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0,
        ];
        File.WriteAllBytes(At("n.npy"), bytes);
        using NpyFile file = NpyFile.Open(At("n.npy"));
        var values = new float[2];
        file.Read(values, 0);
        Assert.Equal([1.5f, -2f], values);
        NpyFile.Write(At("m.npy"), values);
        Assert.Equal(bytes, File.ReadAllBytes(At("m.npy")));
    }

    [Theory]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000,), }")]
    [InlineData("__import__('os')")]
    public void Npy_HostileHeader_IsAFormatError(string header)
    {
        byte[] text = Encoding.ASCII.GetBytes(header.PadRight(117) + "\n");
        File.WriteAllBytes(At("h.npy"), [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text, 0, 0, 0, 0]);
        Assert.Contains("h.npy", Assert.Throws<DataFormatException>(() => NpyFile.Open(At("h.npy"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Npy_EveryTruncation_IsAFormatError()
    {
        NpyFile.Write(At("t.npy"), [1, 2, 3]);
        byte[] whole = File.ReadAllBytes(At("t.npy"));
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(At("cut.npy"), whole[..length]);
            Assert.Throws<DataFormatException>(() => NpyFile.Open(At("cut.npy")));
        }
    }

    [Fact]
    public void Npy_ShrinksWhileRead_IsAFormatError()
    {
        NpyFile.Write(At("s.npy"), new float[1000]);
        using NpyFile file = NpyFile.Open(At("s.npy"));
        using (FileStream stream = new(At("s.npy"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(500);
        }

        Assert.Throws<DataFormatException>(() => file.Read(new float[1000], 0));
    }

    [Fact]
    public void Safetensors_Written_ReadsBack()
    {
        var layout = new ParameterLayout([("z.weight", [2, 2]), ("a.bias", [])]);
        SafetensorsFile.Write(At("m.safetensors"), layout, [1, 2, 3, 4, 5], new Dictionary<string, string> { ["study"] = "test" });
        Assert.Equal([1, 2, 3, 4, 5], SafetensorsFile.Read(At("m.safetensors"), layout));
        Assert.False(File.Exists(At("m.safetensors.part")));
    }

    [Fact]
    public void Safetensors_OtherLayout_NamesBoth()
    {
        SafetensorsFile.Write(At("m.safetensors"), new ParameterLayout([("weight", [1, 30]), ("bias", [1])]), new float[31]);
        DataFormatException error = Assert.Throws<DataFormatException>(
            () => SafetensorsFile.Read(At("m.safetensors"), new ParameterLayout([("weight", [1, 13]), ("bias", [1])])));
        Assert.Contains("weight[1,30]", error.Message, StringComparison.Ordinal);
        Assert.Contains("weight[1,13]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Safetensors_EveryTruncationAndRandomDamage_IsAFormatErrorOrAModel()
    {
        var layout = new ParameterLayout([("weight", [2]), ("bias", [1])]);
        SafetensorsFile.Write(At("m.safetensors"), layout, [1, 2, 3]);
        byte[] whole = File.ReadAllBytes(At("m.safetensors"));
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(At("d.safetensors"), whole[..length]);
            Assert.Throws<DataFormatException>(() => SafetensorsFile.Read(At("d.safetensors"), layout));
        }

        var random = new SimulationRandom(new SimulationSeed(9));
        for (int trial = 0; trial < 500; trial++)
        {
            byte[] damaged = [.. whole];
            damaged[random.NextBelow(damaged.Length - 12)] = (byte)random.NextWord();
            File.WriteAllBytes(At("d.safetensors"), damaged);
            try
            {
                SafetensorsFile.Read(At("d.safetensors"));
            }
            catch (DataFormatException)
            {
            }
        }
    }

    [Fact]
    public void Layout_Bad_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new ParameterLayout([("a", [1]), ("a", [2])]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterLayout([("", [1])]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterLayout([("a", [0])]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterLayout([("a", [long.MaxValue, 2])]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterLayout([]));
        Assert.NotEqual(new ParameterLayout([("a", [2, 3])]), new ParameterLayout([("a", [3, 2])]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);
}
