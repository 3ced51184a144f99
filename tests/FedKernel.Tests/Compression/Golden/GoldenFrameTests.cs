// SPDX-License-Identifier: Apache-2.0
using System.Text.Encodings.Web;
using System.Text.Json;
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Tests.Compression.Frames;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.Golden;

/// <summary>
/// Frames that were written once and must decode to the same bits for ever, and be written again from what they say. A new codec adds a
/// file and a line of golden.json: run the tests with FEDKERNEL_GOLDEN=write, which writes what is missing and touches nothing that is there.
/// </summary>
public sealed class GoldenFrameTests : IDisposable
{
    private static readonly string _folder = Path.Combine(Repository.Root, "tests", "FedKernel.Tests", "Compression", "Golden");
    private static readonly string _index = Path.Combine(_folder, "golden.json");

    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly CpuDevice _device = new(threadCount: 1);

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(_folder, "*.fkc").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_GoldenFrame_DecodesToTheSameBits(string file)
    {
        Assert.True(Index().TryGetValue(file, out GoldenFrame? golden), $"{file} is not in golden.json.");
        byte[] frame = File.ReadAllBytes(Path.Combine(_folder, file));
        Assert.Equal(golden.Sha256, Decoded(_device, frame, golden.Pipeline));
        Assert.Equal(frame, FrameDecoder.Rewrite(_device, frame, FramePipelines.Layout, CompressionPipeline.Parse(golden.Pipeline)));
    }

    [Fact]
    public void Golden_EveryPipeline_HasAFrame_AndEveryLineAFile()
    {
        if (Environment.GetEnvironmentVariable("FEDKERNEL_GOLDEN") == "write")
        {
            WriteMissing();
        }

        Dictionary<string, GoldenFrame> index = Index();
        Assert.Empty(FramePipelines.Names.Except(index.Values.Select(g => g.Pipeline)));
        Assert.Equal(index.Keys.Order(StringComparer.Ordinal), Directory.EnumerateFiles(_folder, "*.fkc").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    public void Dispose() => _device.Dispose();

    private static Dictionary<string, GoldenFrame> Index() =>
        File.Exists(_index) ? JsonSerializer.Deserialize<Dictionary<string, GoldenFrame>>(File.ReadAllText(_index))! : [];

    private static string Decoded(Device device, byte[] frame, string pipeline)
    {
        using CompressedUpdate update = CompressedUpdate.Open(device, frame, FramePipelines.Layout, CompressionPipeline.Parse(pipeline));
        using DeviceBuffer<float> values = device.Allocate<float>(update.Length);
        update.DecodeTo(values);
        return BufferDigest.Sha256(values);
    }

    private void WriteMissing()
    {
        Dictionary<string, GoldenFrame> index = Index();
        foreach (string pipeline in FramePipelines.Names.Except(index.Values.Select(g => g.Pipeline)))
        {
            byte[] frame = FramePipelines.Frame(_device, pipeline);
            string file = $"v1-{pipeline.Replace(':', '-').Replace(',', '-')}.fkc";
            File.WriteAllBytes(Path.Combine(_folder, file), frame);
            index[file] = new GoldenFrame(pipeline, Decoded(_device, frame, pipeline));
        }

        var sorted = index.OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary(p => p.Key, p => p.Value);
        File.WriteAllText(_index, JsonSerializer.Serialize(sorted, _indented) + "\n");
    }

    private sealed record GoldenFrame(string Pipeline, string Sha256);
}
