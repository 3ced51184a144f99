// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using FedKernel.Compression;
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Random;
using FedKernel.Tests.Compression.Frames;
using Xunit;

namespace FedKernel.Tests.Compression.Pipelines;

/// <summary>Seeds and random bits are those of one round; and what a state or a frame may say of them.</summary>
public sealed class CompressorSeedTests : IDisposable
{
    private readonly CpuDevice _device = new(threadCount: 1);

    [Theory]
    [InlineData("eden:4")]
    [InlineData("sharedrandom:0.1")]
    [InlineData("random:0.1")]
    [InlineData("qsgd:7,128")]
    [InlineData("terngrad")]
    [InlineData("lattice:16,8,20")]
    public void Compress_OneUpdateInTwoRounds_DrawsAnew(string pipeline)
    {
        using SecretKey256 key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        foreach (RoundingSource source in new[] { RoundingSource.Simulation(new SimulationSeed(4)), RoundingSource.Secret(key) })
        {
            using UpdateCompressor compressor = new(_device, FramePipelines.Layout, CompressionPipeline.Parse(pipeline), source);
            using DeviceBuffer<float> update = _device.Upload<float>(FramePipelines.Values(FramePipelines.Layout.Length));
            Assert.NotEqual(compressor.Compress(update, 1), compressor.Compress(update, 2));
        }
    }

    /// <summary>With a secret key nobody foresees what is rotated or kept: a seed is drawn for each frame and follows from nothing.</summary>
    [Fact]
    public void Compress_SecretKey_DrawsASeedForEachFrame()
    {
        using SecretKey256 key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        using UpdateCompressor compressor = new(_device, FramePipelines.Layout, CompressionPipeline.Parse("eden:4"), RoundingSource.Secret(key));
        using DeviceBuffer<float> update = _device.Upload<float>(FramePipelines.Values(FramePipelines.Layout.Length));
        Assert.NotEqual(compressor.Compress(update, 1), compressor.Compress(update, 1));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void RestoreState_ValueThatIsNotFinite_IsRefused(float bad)
    {
        using UpdateCompressor compressor = FramePipelines.Compressor(_device, "ef+nf4:64");
        byte[] state = compressor.SaveState(), forged = [.. state];
        BinaryPrimitives.WriteSingleLittleEndian(forged.AsSpan(68 + (4 * 7)), bad);
        FramePipelines.Reseal(forged);
        Assert.Contains(
            "every value must be finite", Assert.Throws<DataFormatException>(() => compressor.RestoreState(forged)).Message, StringComparison.Ordinal);
        Assert.Equal(state, compressor.SaveState());
    }

    [Theory]
    [InlineData("eden:4", 31)]
    [InlineData("eden:4", 33)]
    [InlineData("eden:4", 0)]
    [InlineData("int8:256", 32)]
    public void Open_SeedOfAnotherLength_IsRefused(string pipeline, byte length)
    {
        byte[] frame = FramePipelines.Frame(_device, pipeline);
        int at = FrameHeader.FixedLength + pipeline.Length, had = frame[94];
        byte[] forged = [.. frame[..at], .. new byte[length], .. frame[(at + had)..]];
        forged[94] = length;
        BinaryPrimitives.WriteInt64LittleEndian(forged.AsSpan(4), forged.Length);
        FramePipelines.Reseal(forged);
        Assert.Contains(
            $"{length} bytes of seed; allowed are {had}",
            Assert.Throws<DataFormatException>(() => CompressedUpdate.Open(_device, forged, FramePipelines.Layout, CompressionPipeline.Parse(pipeline))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>ω = d/k − 1: at 1 and above a memory would grow without end.</summary>
    [Theory]
    [InlineData("ef+random:0.4", true)]
    [InlineData("ef+random:0.6", false)]
    public void Constructor_FeedbackOnAnUnbiasedStage_NeedsAVarianceBelowOne(string pipeline, bool isRefused)
    {
        if (isRefused)
        {
            Assert.Throws<ArgumentException>(() => FramePipelines.Compressor(_device, pipeline));
        }
        else
        {
            FramePipelines.Compressor(_device, pipeline).Dispose();
        }
    }

    public void Dispose() => _device.Dispose();
}
