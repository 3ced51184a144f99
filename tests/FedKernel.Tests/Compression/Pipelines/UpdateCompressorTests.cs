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

    private byte[] Compress(UpdateCompressor compressor, uint round)
    {
        using DeviceBuffer<float> update = _device.Upload<float>(FramePipelines.Values(_layout.Length, (int)round));
        return compressor.Compress(update, round);
    }
}
