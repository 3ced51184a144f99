// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Tests.Compression.Frames;
using Xunit;

namespace FedKernel.Tests.Compression.Pipelines;

/// <summary>What a compressor remembers is what its receiver did not take.</summary>
public sealed class CompressorMemoryTests : IDisposable
{
    private readonly CpuDevice _device = new(threadCount: 1);

    public static TheoryData<string> Pipelines => [.. FramePipelines.Names.Where(n => n.StartsWith("ef+", StringComparison.Ordinal)), "ef+powersgd:2+int8:32"];

    /// <summary>m = p − c·C(p), c = min(1, bound / ‖C(p)‖), for a receiver that clips and for one that does not.</summary>
    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Compress_ReceiverThatClips_KeepsWhatIsCutOff(string pipeline)
    {
        foreach (double bound in new[] { 2.5, 1e6, double.PositiveInfinity })
        {
            using UpdateCompressor compressor = FramePipelines.Compressor(_device, pipeline);
            var memory = new float[FramePipelines.Layout.Length];

            // With momentum the second round begins with more than memory and update.
            for (uint round = 1; round <= (pipeline.Contains("dgc", StringComparison.Ordinal) ? 1 : 2); round++)
            {
                float[] update = FramePipelines.Values(memory.Length, (int)round);
                using DeviceBuffer<float> source = _device.Upload<float>(update);
                (float[] decoded, double norm) = Decoded(compressor.Compress(source, round, bound), compressor.Pipeline);
                double factor = Math.Min(1, bound / norm);
                Assert.True(bound > 2.5 || factor < 0.5);
                float[] kept = compressor.Memory[0].ToArray();
                for (int i = 0; i < kept.Length; i++)
                {
                    Assert.Equal((double)memory[i] + update[i] - (factor * decoded[i]), kept[i], 1e-5);
                }

                memory = kept;
            }
        }
    }

    /// <summary>One matrix again and again: the space of each round begins the next one, so more of it is kept.</summary>
    [Theory]
    [InlineData("powersgd:2")]
    [InlineData("powersgd:3")]
    public void Compress_LowRankAgain_StartsFromTheRoundBefore(string pipeline)
    {
        using UpdateCompressor compressor = FramePipelines.Compressor(_device, pipeline);
        using DeviceBuffer<float> update = _device.Upload<float>(FramePipelines.Values(FramePipelines.Layout.Length));
        (_, double first) = Decoded(compressor.Compress(update, 1), compressor.Pipeline);
        double norm = first;
        for (uint round = 2; round <= 10; round++)
        {
            (_, double next) = Decoded(compressor.Compress(update, round), compressor.Pipeline);
            Assert.True(next >= norm * (1 - 1e-6), $"round {round}: {next} after {norm}");
            norm = next;
        }

        Assert.True(norm > first * 1.001, $"{norm} after ten rounds, {first} after one");
    }

    public void Dispose() => _device.Dispose();

    private (float[] Values, double Norm) Decoded(byte[] frame, CompressionPipeline pipeline)
    {
        using CompressedUpdate opened = CompressedUpdate.Open(_device, frame, FramePipelines.Layout, pipeline);
        using DeviceBuffer<float> values = _device.Allocate<float>(opened.Length);
        opened.DecodeTo(values);
        return (values.ToArray(), Math.Sqrt(opened.SquaredL2Norm));
    }
}
