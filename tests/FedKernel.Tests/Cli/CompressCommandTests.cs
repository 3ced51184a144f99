// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Cli;
using FedKernel.Cli.Codecs;
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Cli;

public sealed class CompressCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fedkernel").FullName;

    public static TheoryData<string> Codecs => [.. CodecCatalog.Comparison];

    [Theory]
    [InlineData("compress", "--codec")]
    [InlineData("compress --codec float32", "FILE or --synthetic")]
    [InlineData("compress --codec float32 --synthetic sad", "'sad'")]
    [InlineData("compress --codec float32 --synthetic normal --elements 0", "got 0")]
    [InlineData("compress --codec float32 --synthetic normal --repeat 0", "got 0")]
    [InlineData("compress --codec zip --synthetic normal", "'zip'")]
    [InlineData("compress --codec float32+float32 --synthetic normal", "float32")]
    [InlineData("compress --codec float32 --synthetic normal --out /no/such/folder/x.fkc", "/no/such/folder/x.fkc")]
    [InlineData("compress --codec float32 a.npy --synthetic normal", "one of them")]
    [InlineData("compress --codec float32 a.npy --elements 5", "--synthetic")]
    [InlineData("compress compare --synthetic normal --codecs zip", "'zip'")]
    [InlineData("compress compare --synthetic normal --codecs ;", "--codecs")]
    [InlineData("compress compare", "FILE or --synthetic")]
    [InlineData("decompress x.fkc", "--out")]
    [InlineData("decompress --out x.npy", "FILE.fkc")]
    public void Run_WrongArguments_OneLineAndCodeTwo(string line, string named) => AssertOneLine(2, named, line);

    [Fact]
    public void Run_BrokenFiles_OneLineAndCodeOne()
    {
        AssertOneLine(1, "none.npy", $"compress --codec float32 {At("none.npy")}");
        File.WriteAllBytes(At("noise.bin"), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        AssertOneLine(1, "noise.bin", $"compress --codec float32 {At("noise.bin")}");
        File.WriteAllBytes(At("empty.npy"), []);
        AssertOneLine(1, "empty.npy", $"compress --codec float32 {At("empty.npy")}");
        NpyFile.Write(At("nan.npy"), [1, 2, float.NaN, 4]);
        AssertOneLine(1, "value 2 is NaN", $"compress --codec float32 {At("nan.npy")}");
        AssertOneLine(1, "value 2 is NaN", $"compress compare {At("nan.npy")}");
        NpyFile.Write(At("nothing.npy"), []);
        AssertOneLine(1, "holds 0 values", $"compress --codec float32 {At("nothing.npy")}");
        File.WriteAllBytes(At("cut.safetensors"), [255, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']);
        AssertOneLine(1, "cut.safetensors", $"compress --codec float32 {At("cut.safetensors")}");
        Assert.Equal((1, ""), (Run($"decompress {At("noise.bin")} --out {At("x.npy")}").Code, Run($"decompress {At("noise.bin")} --out {At("x.npy")}").Output));
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Compress_ThenDecompress_GivesTheMeasuredError(string codec)
    {
        var layout = new ParameterLayout([("a", [40, 50]), ("b", [17])]);
        float[] values = SyntheticUpdate.Draw("normal", layout.Length, 5).Values;
        SafetensorsFile.Write(At("m.safetensors"), layout, values);
        (int code, string output, string error) = Run($"compress {At("m.safetensors")} --codec {codec} --out {At("m.fkc")} --repeat 1 --json {At("m.json")}");
        Assert.True(code == 0, error + output);
        Assert.Equal(0, Run($"decompress {At("m.fkc")} --out {At("back.safetensors")} --json {At("d.json")}").Code);
        Assert.Equal(0, Run($"decompress {At("m.fkc")} --like {At("m.safetensors")} --out {At("back.npy")}").Code);
        float[] back = SafetensorsFile.Read(At("back.safetensors"), layout);
        Assert.Equal(back, CompressionSubject.Load(At("back.npy")).Values);
        Dictionary<string, JsonElement> results = Results("m.json");
        Assert.Equal(new FileInfo(At("m.fkc")).Length, results["compress.frame.bytes"].GetInt64());
        Assert.Equal(8.0 * new FileInfo(At("m.fkc")).Length / layout.Length, results["compress.frame.bits_per_parameter"].GetDouble(), 1e-12);
        Assert.Equal(VectorError.Between(values, back).NormalisedSquared, results["compress.error.nmse"].GetDouble(), 1e-15);
    }

    [Fact]
    public void Compress_SameSeed_SameFrame()
    {
        string codec = CodecCatalog.Comparison[^1];
        foreach (string name in (string[])["a", "b"])
        {
            Assert.Equal(0, Run($"compress --synthetic mixed --elements 5000 --codec {codec} --seed 7 --out {At(name)}").Code);
        }

        Assert.Equal(File.ReadAllBytes(At("a")), File.ReadAllBytes(At("b")));
    }

    [Fact]
    public void Decompress_DamagedCutOrOtherLayout_OneLineAndCodeOne()
    {
        Assert.Equal(0, Run($"compress --synthetic normal --elements 300 --codec float32 --out {At("x.fkc")}").Code);
        byte[] frame = File.ReadAllBytes(At("x.fkc"));
        File.WriteAllBytes(At("cut.fkc"), frame[..^1]);
        AssertOneLine(1, "cut", $"decompress {At("cut.fkc")} --out {At("y.npy")}");
        frame[200] ^= 1;
        File.WriteAllBytes(At("damaged.fkc"), frame);
        AssertOneLine(1, "checksum", $"decompress {At("damaged.fkc")} --out {At("y.npy")}");
        NpyFile.Write(At("other.npy"), new float[299]);
        AssertOneLine(1, "layout", $"decompress {At("x.fkc")} --like {At("other.npy")} --out {At("y.npy")}");
        foreach (string layout in (string[])["", "{", "{}", "[1]", "[]", """[{"name":"a","shape":[-1]}]""", """[{"name":"a","shape":[1e9]}]""", """[{"shape":[300]}]"""])
        {
            File.WriteAllText(CompressedFile.LayoutPath(At("x.fkc")), layout);
            AssertOneLine(1, "no layout", $"decompress {At("x.fkc")} --out {At("y.npy")}");
        }

        File.Delete(CompressedFile.LayoutPath(At("x.fkc")));
        AssertOneLine(1, "--like", $"decompress {At("x.fkc")} --out {At("y.npy")}");
        Assert.False(File.Exists(At("y.npy")));
    }

    [Theory]
    [InlineData("normal")]
    [InlineData("heavy-tailed")]
    [InlineData("mixed")]
    public void Compare_EveryCodec_SmallestFirstWithReport(string kind)
    {
        (int code, string output, string error) = Run(
            $"compress compare --synthetic {kind} --elements 4099 --repeat 1 --report {At("out")} --json {At("c.json")}");
        Assert.True(code == 0, error + output);
        Assert.DoesNotContain("not here", output, StringComparison.Ordinal);
        string report = File.ReadAllText(Path.Combine(At("out"), "report.md"));
        KeyValuePair<string, JsonElement>[] results = [.. Results("c.json")];
        Assert.Equal(
            CodecCatalog.Comparison.Select(c => CompressionPipeline.Parse(c).Name).Order(StringComparer.Ordinal),
            results.Select(r => r.Key["compress.".Length..^".bits_per_parameter".Length]).Order(StringComparer.Ordinal));
        Assert.Equal(results.Select(r => r.Value.GetDouble()).Order(), results.Select(r => r.Value.GetDouble()));
        Assert.All(CodecCatalog.Comparison, c => Assert.Contains($"| {CompressionPipeline.Parse(c).Name} |", report, StringComparison.Ordinal));
        Assert.Equal(report.Contains("plot.svg", StringComparison.Ordinal), File.Exists(Path.Combine(At("out"), "plot.svg")));
    }

    [Fact]
    public void Compare_ZeroVector_HasNoErrorAndNoCosine()
    {
        NpyFile.Write(At("zero.npy"), new float[1000]);
        (int code, string output, string error) = Run($"compress compare {At("zero.npy")} --repeat 1 --json {At("z.json")}");
        Assert.True(code == 0, error + output);
        Assert.All(Json("z.json").GetProperty("results").EnumerateArray(), r =>
        {
            Assert.Equal(0, r.GetProperty("nmse").GetDouble());
            Assert.Equal(JsonValueKind.Null, r.GetProperty("cosine").ValueKind);
        });
    }

    [Fact]
    public void List_HasEveryStageWithParametersThatParse()
    {
        (int code, string output, string error) = Run("compress --list");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(CompressionPipeline.SupportedStages.Order(), CodecCatalog.Stages.Select(s => s.Word).Order());
        Assert.All(CodecCatalog.Stages, s =>
        {
            Assert.Contains(s.Word, CompressionPipeline.Parse(s.Example).Name.Split('+').Select(p => p.Split(':')[0]).Append("auto"));
            Assert.Contains(s.Example, output, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(new float[] { 1, 2, 2 }, new float[] { 1, 2, 2 }, 0, 1)]
    [InlineData(new float[] { 1, 2, 2 }, new float[] { 0, 0, 0 }, 1, double.NaN)]
    [InlineData(new float[] { 3, 4 }, new float[] { 4, -3 }, 2, 0)]
    [InlineData(new float[] { 0, 0 }, new float[] { 0, 0 }, 0, double.NaN)]
    [InlineData(new float[] { 0, 0 }, new float[] { 1, 0 }, double.PositiveInfinity, double.NaN)]
    public void VectorError_Between_KnownAnswers(float[] x, float[] y, double squared, double cosine) =>
        Assert.Equal(new VectorError(squared, cosine), VectorError.Between(x, y));

    [Fact]
    public void Measurement_FrameOfFiftyBytes_HasItsRatioBitsAndRates()
    {
        var measured = new CodecMeasurement("int8:256", StageTraits.Lossless, Elements: 100, FrameBytes: 50, new VectorError(0, 1), 2e-6, 4e-6);
        Assert.Equal((8, 4), (measured.Ratio, measured.BitsPerParameter));
        Assert.Equal(0.2, measured.EncodeRate, 1e-12);
        Assert.Equal(0.1, measured.DecodeRate, 1e-12);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (int Code, string Output, string Error) Run(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = App.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static void AssertOneLine(int expected, string named, string line)
    {
        (int code, string output, string error) = Run(line);
        Assert.Equal((expected, ""), (code, output));
        Assert.StartsWith("fedkernel: ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllBytes(At(name))).RootElement;

    private Dictionary<string, JsonElement> Results(string name) =>
        Json(name).GetProperty("results").EnumerateArray().ToDictionary(r => r.GetProperty("name").GetString()!, r => r.GetProperty("value"));
}
