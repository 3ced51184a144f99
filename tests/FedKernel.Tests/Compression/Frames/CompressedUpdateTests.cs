// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.Frames;

public sealed class CompressedUpdateTests : IDisposable
{
    private readonly CpuDevice _device = new(threadCount: 1);

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Open_HonestFrame_AddsWhatItDecodes(string pipeline)
    {
        using CompressedUpdate update = Open(FramePipelines.Frame(_device, pipeline), pipeline);
        using DeviceBuffer<float> decoded = _device.Upload<float>(FramePipelines.Values(update.Length, 2)), sums = _device.Upload<float>(
            FramePipelines.Values(update.Length, 3));
        float[] before = sums.ToArray();
        update.DecodeTo(decoded);
        float[] values = decoded.ToArray();
        Assert.Equal(values.Max(MathF.Abs), update.LargestMagnitude);
        Assert.Equal(values.Sum(x => (double)x * x), update.SquaredL2Norm, 1e-10 * update.SquaredL2Norm);

        update.AddTo(sums, 0.75f);
        float[] added = sums.ToArray();
        for (int i = 0; i < added.Length; i++)
        {
            Assert.Equal(before[i] + (values[i] * 0.75f), added[i]);
        }

        var op = new FixedPointAccumulate(3 * Math.ScaleB(1, 30));
        using DeviceBuffer<long> wanted = _device.Upload<long>([.. before.Select(x => (long)(x * 1000))]), actual = _device.Upload<long>(wanted.ToArray());
        _device.Accumulate(decoded, wanted, op);
        update.AccumulateTo(actual, op);
        Assert.Equal(wanted.ToArray(), actual.ToArray());
    }

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Open_ReadAndWrittenAgain_IsTheSameBytes(string pipeline)
    {
        byte[] frame = FramePipelines.Frame(_device, pipeline);
        Assert.Equal(frame, Rewrite(frame, pipeline));
    }

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Open_CutOrProlongedAnywhere_IsRefused(string pipeline)
    {
        byte[] frame = FramePipelines.Frame(_device, pipeline);
        for (int length = 0; length < frame.Length; length++)
        {
            Refused(frame.AsSpan(0, length), pipeline);
        }

        Refused([.. frame, 0], pipeline);
    }

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Open_AnyBitFlipped_IsRefused(string pipeline)
    {
        byte[] frame = FramePipelines.Frame(_device, pipeline);
        for (int i = 0; i < frame.Length; i++)
        {
            byte[] flipped = [.. frame];
            flipped[i] ^= (byte)(1 << (i % 8));
            Refused(flipped, pipeline);
        }
    }

    /// <summary>Behind the checksum: what is accepted must be what a writer writes, and decode to finite or refusable values.</summary>
    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Open_MutatedAndResealed_IsRefusedOrCanonical(string pipeline)
    {
        byte[] frame = FramePipelines.Frame(_device, pipeline);
        var random = new SimulationRandom(new SimulationSeed(4));
        for (int trial = 0; trial < 1500; trial++)
        {
            byte[] forged = [.. frame];
            for (int flips = 0; flips <= trial % 3; flips++)
            {
                // Half of them in the header, where the counts are.
                forged[random.NextBelow(trial % 2 == 0 ? FrameHeader.FixedLength : forged.Length - 4)] = (byte)random.NextWord();
            }

            FramePipelines.Reseal(forged);
            try
            {
                Open(forged, pipeline).Dispose();
            }
            catch (DataFormatException)
            {
                continue;
            }

            Assert.Equal(forged, Rewrite(forged, pipeline));
        }
    }

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Open_ForgedCountsWithRightChecksum_IsRefusedBeforeAllocating(string pipeline)
    {
        byte[] frame = FramePipelines.Frame(_device, pipeline);
        foreach (int at in new[] { 44, 52, 60, 68, 76, 84 })
        {
            foreach (long value in new[] { -1, long.MinValue, long.MaxValue, int.MaxValue, uint.MaxValue, 1L << 40 })
            {
                byte[] forged = [.. frame];
                BinaryPrimitives.WriteInt64LittleEndian(forged.AsSpan(at), value);
                FramePipelines.Reseal(forged);
                long before = GC.GetAllocatedBytesForCurrentThread(), device = _device.AllocatedBytes;
                Refused(forged, pipeline);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
                Assert.Equal(device, _device.AllocatedBytes);
            }
        }
    }

    [Fact]
    public void Open_FewerValuesThanSharedIndices_IsRefusedBeforeTheyAreDrawn()
    {
        const string Pipeline = "sharedrandom:0.1+int8:256";
        byte[] forged = FramePipelines.Frame(_device, Pipeline);
        BinaryPrimitives.WriteInt64LittleEndian(forged.AsSpan(52), 1);
        FramePipelines.Reseal(forged);
        Assert.Contains(
            "1 values; allowed are 101", Assert.Throws<DataFormatException>(() => Open(forged, Pipeline)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OneValueMoreThanThePipelineKeeps_IsRefused()
    {
        CompressionPipeline pipeline = CompressionPipeline.Parse("topk:3");
        ParameterLayout layout = ParameterLayout.Flat(10);
        byte[] Written(uint[] indices)
        {
            using EncodedValues encoded = pipeline.Quantizer.Allocate(_device, indices.Length);
            return FrameEncoder.Encode(pipeline, layout, encoded, indices, null);
        }

        CompressedUpdate.Open(_device, Written([1, 4, 9]), layout, pipeline).Dispose();
        Assert.Contains(
            "4 values; 'topk:3' keeps 0 to 3",
            Assert.Throws<DataFormatException>(() => CompressedUpdate.Open(_device, Written([1, 4, 8, 9]), layout, pipeline)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Open_OtherLayoutOrPipeline_IsRefusedByName(string pipeline)
    {
        byte[] frame = FramePipelines.Frame(_device, pipeline);
        CompressionPipeline expected = CompressionPipeline.Parse(pipeline);
        DataFormatException layout = Assert.Throws<DataFormatException>(
            () => CompressedUpdate.Open(_device, frame, ParameterLayout.Flat(FramePipelines.Layout.Length), expected));
        Assert.Contains("layout", layout.Message, StringComparison.Ordinal);
        byte[] renamed = [.. frame];
        renamed[FrameHeader.FixedLength + expected.Name.Length - 1] = (byte)'\n';
        DataFormatException name = Assert.Throws<DataFormatException>(() => Open(FramePipelines.Reseal(renamed), pipeline));
        Assert.Contains($"the plan has '{expected.Name}'", name.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", name.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherVersion_IsRefusedByNumber()
    {
        byte[] frame = FramePipelines.Frame(_device, "float32");
        frame[3] = 2;
        DataFormatException error = Assert.Throws<DataFormatException>(() => Open(FramePipelines.Reseal(frame), "float32"));
        Assert.Contains("version 2; known is 1", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _device.Dispose();

    private CompressedUpdate Open(ReadOnlySpan<byte> frame, string pipeline) =>
        CompressedUpdate.Open(_device, frame, FramePipelines.Layout, CompressionPipeline.Parse(pipeline));

    private void Refused(ReadOnlySpan<byte> frame, string pipeline)
    {
        try
        {
            Open(frame, pipeline).Dispose();
        }
        catch (DataFormatException)
        {
            return;
        }

        Assert.Fail($"{frame.Length} bytes of '{pipeline}' were taken.");
    }

    private byte[] Rewrite(byte[] frame, string pipeline) =>
        FrameDecoder.Rewrite(_device, frame, FramePipelines.Layout, CompressionPipeline.Parse(pipeline));
}
