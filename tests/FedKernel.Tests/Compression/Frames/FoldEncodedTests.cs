// SPDX-License-Identifier: Apache-2.0
using FedKernel.Aggregation;
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Clipping;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.Frames;

public sealed class FoldEncodedTests : IDisposable
{
    private static readonly ParameterLayout _layout = FramePipelines.Layout;

    private readonly CpuDevice _device = new(threadCount: 1);

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Fold_ExactMean_HasTheBitsOfTheDecodedUpdates(string pipeline)
    {
        using ExactMean encoded = new(_device, _layout.Length, Range()), dense = new(_device, _layout.Length, Range());
        Assert.Equal(Mean(dense, pipeline, decodes: true), Mean(encoded, pipeline, decodes: false));
        Assert.Equal(dense.TotalWeight, encoded.TotalWeight);
    }

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Fold_FloatMean_HasTheBitsOfTheDecodedUpdates(string pipeline)
    {
        using FloatMean encoded = new(_device, _layout.Length), dense = new(_device, _layout.Length);
        Assert.Equal(Mean(dense, pipeline, decodes: true), Mean(encoded, pipeline, decodes: false));
    }

    /// <summary>What is added is added from its codes or its few values: no vector of d elements is made on the way.</summary>
    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Fold_Encoded_AllocatesNoDenseUpdate(string pipeline)
    {
        var wide = new ParameterLayout([("weight", [1000, 400])]);
        CompressionPipeline parsed = CompressionPipeline.Parse(pipeline);
        using UpdateCompressor compressor = FramePipelines.Compressor(_device, pipeline, wide);
        using DeviceBuffer<float> values = _device.Upload<float>(FramePipelines.Values(wide.Length));
        using CompressedUpdate update = CompressedUpdate.Open(_device, compressor.Compress(values, 1), wide, parsed);
        using ExactMean exact = new(_device, wide.Length, Range());
        using FloatMean floats = new(_device, wide.Length);
        bool isRotated = parsed.Quantizer.WindowUnit == 0 && update.Count == wide.Length;
        foreach (StreamingMean mean in new StreamingMean[] { exact, floats })
        {
            long before = _device.AllocatedBytes;
            Assert.True(mean.Fold(update, 1).IsAccepted);

            // A rotation is undone in two blocks of 256 KB; a dense copy has 1.6 MB.
            Assert.InRange(_device.AllocatedBytes - before, 0, isRotated ? 1 << 20 : wide.Length);
        }
    }

    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Fold_ClippedSum_IsWithinTheBoundAndProportional(string pipeline)
    {
        const double Bound = 2;
        using var sum = new ClippedSum(_device, _layout, new L2Clipping(Bound), new CappedWeights(1, 1));
        using CompressedUpdate update = Open(pipeline, 1);
        Assert.True(sum.Fold(update, 1));
        using DeviceBuffer<float> result = _device.Allocate<float>(_layout.Length), decoded = _device.Allocate<float>(_layout.Length);
        sum.Resolve(result);
        update.DecodeTo(decoded);
        float[] values = decoded.ToArray(), clipped = result.ToArray();
        double factor = Bound / Math.Sqrt(values.Sum(x => (double)x * x));
        Assert.InRange(Math.Sqrt(clipped.Sum(x => (double)x * x)), Bound * (1 - 1e-6), Bound * (1 + 1e-7));
        for (int i = 0; i < clipped.Length; i++)
        {
            Assert.Equal(values[i] * factor, clipped[i], 1e-6);
        }
    }

    [Fact]
    public void Fold_ClippedSumWithABoundForEachTensor_ClipsTheDecodedUpdate()
    {
        using ClippedSum encoded = LayerSum(), dense = LayerSum();
        using CompressedUpdate update = Open("float32", 1);
        using var decoded = new ModelUpdate(_layout, _device.Allocate<float>(_layout.Length));
        update.DecodeTo(decoded.Values);
        Assert.True(encoded.Fold(update, 1));
        Assert.True(dense.Fold(decoded));
        Assert.Equal(dense.Integers.ToArray(), encoded.Integers.ToArray());
    }

    [Fact]
    public void Fold_OtherLengthOrWeight_IsRefusedWithTheReason()
    {
        using ExactMean mean = new(_device, 7, Range());
        using CompressedUpdate update = Open("float32", 1);
        Assert.Contains("1003 values, the plan has 7", mean.Fold(update, 1).Reason, StringComparison.Ordinal);
        using ExactMean same = new(_device, _layout.Length, Range());
        Assert.Contains("weight is NaN", same.Fold(update, double.NaN).Reason, StringComparison.Ordinal);
        Assert.Contains("weight is 1000", same.Fold(update, 1000).Reason, StringComparison.Ordinal);
        Assert.Equal(0, same.ClientCount);
    }

    public void Dispose() => _device.Dispose();

    private static FixedPointRange Range() => new(1 << 10, 100, 16);

    private ClippedSum LayerSum() =>
        new(_device, _layout, new GroupClipping(GroupBounds.Equal(ParameterGroups.PerTensor(_layout), 2)), new CappedWeights(1, 1));

    private CompressedUpdate Open(string pipeline, uint round) => CompressedUpdate.Open(
        _device, FramePipelines.Frame(_device, pipeline, round), _layout, CompressionPipeline.Parse(pipeline));

    private float[] Mean(StreamingMean mean, string pipeline, bool decodes)
    {
        using DeviceBuffer<float> result = _device.Allocate<float>(_layout.Length);
        for (uint round = 1; round <= 3; round++)
        {
            using CompressedUpdate update = Open(pipeline, round);
            update.DecodeTo(result);
            Assert.True((decodes ? mean.Fold(result, 1.5 * round) : mean.Fold(update, 1.5 * round)).IsAccepted);
        }

        mean.Resolve(result);
        return result.ToArray();
    }
}
