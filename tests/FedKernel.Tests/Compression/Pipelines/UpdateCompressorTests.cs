// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Tests.Compression.Frames;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.Pipelines;

public sealed class UpdateCompressorTests : IDisposable
{
    private static readonly ParameterLayout _layout = FramePipelines.Layout;

    private readonly CpuDevice _device = new(threadCount: 1);

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Compress_Twice_RepeatsInASimulation(string pipeline) =>
        Assert.Equal(FramePipelines.Frame(_device, pipeline), FramePipelines.Frame(_device, pipeline));

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Compress_NaN_IsRefusedByIndexAndForgotten(string pipeline)
    {
        using UpdateCompressor compressor = FramePipelines.Compressor(_device, pipeline), other = FramePipelines.Compressor(_device, pipeline);
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            float[] values = FramePipelines.Values(_layout.Length);
            values[801] = bad;
            using DeviceBuffer<float> poisoned = _device.Upload<float>(values);
            Assert.Contains("801", Assert.Throws<ProtocolException>(() => compressor.Compress(poisoned, 1)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(other.SaveState(), compressor.SaveState());
        Assert.Equal(Compress(other, 2), Compress(compressor, 2));
        float[] again = FramePipelines.Values(_layout.Length);
        again[801] = float.NaN;
        using DeviceBuffer<float> late = _device.Upload<float>(again);
        byte[] state = compressor.SaveState();
        Assert.Throws<ProtocolException>(() => compressor.Compress(late, 3));
        Assert.Equal(state, compressor.SaveState());
        Assert.Equal(Compress(other, 4), Compress(compressor, 4));
    }

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void RestoreState_OfASavedOne_GoesOnWithTheSameBytes(string pipeline)
    {
        using UpdateCompressor compressor = FramePipelines.Compressor(_device, pipeline), restored = FramePipelines.Compressor(_device, pipeline);
        Compress(compressor, 1);
        byte[] state = compressor.SaveState();
        restored.RestoreState(state);
        Assert.Equal(Compress(compressor, 2), Compress(restored, 2));
        foreach (int at in new[] { 0, 3, 10, 40, state.Length - 1 })
        {
            byte[] damaged = [.. state];
            damaged[at] ^= 1;
            Assert.Throws<DataFormatException>(() => restored.RestoreState(damaged));
        }

        Assert.Throws<DataFormatException>(() => restored.RestoreState(state.AsSpan(0, 20)));
        Assert.Equal(compressor.SaveState(), restored.SaveState());
    }

    [Theory]
    [InlineData("ef+topk:0.05+int8:256+rice")]
    [InlineData("ef+dgc:0.9+topk:0.02+int8:256+rans")]
    [InlineData("ef+powersgd:3")]
    public void RestoreState_EveryRound_SendsTheBytesOfAnUninterruptedRun(string pipeline)
    {
        using UpdateCompressor steady = FramePipelines.Compressor(_device, pipeline);
        byte[] state = steady.SaveState();
        for (uint round = 1; round <= 4; round++)
        {
            using UpdateCompressor restored = FramePipelines.Compressor(_device, pipeline);
            restored.RestoreState(state);
            Assert.Equal(Compress(steady, round), Compress(restored, round));
            state = restored.SaveState();
            Assert.Equal(steady.SaveState(), state);
        }
    }

    [Fact]
    public void RestoreState_OfAnotherPipelineOrLayout_SaysWhich()
    {
        ParameterLayout flat = ParameterLayout.Flat(_layout.Length);
        using UpdateCompressor compressor = FramePipelines.Compressor(_device, "ef+nf4:64"), empty = FramePipelines.Compressor(_device, "ef+nf4:64");
        using UpdateCompressor otherPipeline = FramePipelines.Compressor(_device, "ef+int8:256");
        using UpdateCompressor otherLayout = FramePipelines.Compressor(_device, "ef+nf4:64", flat), otherBoth = FramePipelines.Compressor(_device, "ef+int8:256", flat);
        Compress(compressor, 1);
        Refused(otherPipeline, isPipeline: true, isLayout: false);
        Refused(otherLayout, isPipeline: false, isLayout: true);
        Refused(otherBoth, isPipeline: true, isLayout: true);
        Assert.Equal(empty.SaveState().Length, compressor.SaveState().Length);
        Assert.NotEqual(empty.SaveState(), compressor.SaveState());

        void Refused(UpdateCompressor other, bool isPipeline, bool isLayout)
        {
            byte[] before = other.SaveState();
            string message = Assert.Throws<DataFormatException>(() => other.RestoreState(compressor.SaveState())).Message;
            Assert.Equal(isPipeline, message.Contains($"another pipeline than '{other.Pipeline.Name}'", StringComparison.Ordinal));
            Assert.Equal(isLayout, message.Contains($"another layout than {other.Layout}", StringComparison.Ordinal));
            Assert.Equal(before, other.SaveState());
        }
    }

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Compress_Zeros_DecodeToZeros(string pipeline)
    {
        using UpdateCompressor compressor = FramePipelines.Compressor(_device, pipeline);
        using DeviceBuffer<float> zeros = _device.Allocate<float>(_layout.Length), decoded = _device.Upload<float>(FramePipelines.Values(_layout.Length));
        using CompressedUpdate update = CompressedUpdate.Open(_device, compressor.Compress(zeros, 1), _layout, compressor.Pipeline);
        update.DecodeTo(decoded);
        Assert.All(decoded.ToArray(), x => Assert.Equal(0, x));
        Assert.Equal(0, update.LargestMagnitude);
    }

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Compress_OneElement_GoesThere(string pipeline)
    {
        ParameterLayout one = ParameterLayout.Flat(1);
        CompressionPipeline parsed = CompressionPipeline.Parse(pipeline);
        if (KeptCount(parsed) is { } kept)
        {
            string message = Assert.Throws<ArgumentOutOfRangeException>(() => FramePipelines.Compressor(_device, pipeline, one)).Message;
            Assert.Contains("Must lie in [1, 1]. (Parameter 'k')", message, StringComparison.Ordinal);
            Assert.Contains($"Actual value was {kept}.", message, StringComparison.Ordinal);
            return;
        }

        using UpdateCompressor compressor = FramePipelines.Compressor(_device, pipeline, one);
        using DeviceBuffer<float> update = _device.Upload<float>([3.5f]);
        using CompressedUpdate opened = CompressedUpdate.Open(_device, compressor.Compress(update, 1), one, parsed);
        Assert.True(double.IsFinite(opened.LargestMagnitude));
        Assert.InRange(opened.Count, 0, 1);
    }

    [Fact]
    public void Compress_OtherLengthOrDevice_IsAnError()
    {
        using UpdateCompressor compressor = FramePipelines.Compressor(_device, "float32");
        using DeviceBuffer<float> three = _device.Allocate<float>(3);
        Assert.Throws<ArgumentException>(() => compressor.Compress(three, 1));
        using CpuDevice other = new(threadCount: 1);
        using DeviceBuffer<float> foreign = other.Allocate<float>(_layout.Length);
        Assert.Throws<ArgumentException>(() => compressor.Compress(foreign, 1));
    }

    public void Dispose() => _device.Dispose();

    /// <summary>k of a pipeline that keeps a number of elements above 1 and not a share of them; else null.</summary>
    private static string? KeptCount(CompressionPipeline pipeline) => pipeline.Name.Split('+')
        .Where(s => s.StartsWith("topk:", StringComparison.Ordinal) || s.Contains("random:", StringComparison.Ordinal))
        .Select(s => s.Split(':')[1].Split(',')[0])
        .FirstOrDefault(k => k != "1" && k.All(char.IsAsciiDigit));

    private byte[] Compress(UpdateCompressor compressor, uint round)
    {
        using DeviceBuffer<float> update = _device.Upload<float>(FramePipelines.Values(_layout.Length, (int)round));
        return compressor.Compress(update, round);
    }
}
