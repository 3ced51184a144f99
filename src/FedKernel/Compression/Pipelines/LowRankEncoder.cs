// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Feedback;
using FedKernel.Compression.Frames;
using FedKernel.Compression.LowRank;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;

namespace FedKernel.Compression.Pipelines;

/// <summary>Factors of matrices travel, as codes; a client keeps where its next factors start from, and with feedback what is missing.</summary>
internal sealed class LowRankEncoder : UpdateEncoder
{
    private readonly CompressionPipeline _pipeline;
    private readonly LowRankCodec _codec;
    private readonly EncodedValues _encoded;
    private readonly DeviceBuffer<float> _factors;
    private readonly VectorPair _warm;
    private readonly ErrorFeedbackMemory? _memory;

    public LowRankEncoder(Device device, CompressionPipeline pipeline, LowRankCodec codec)
    {
        (_pipeline, _codec) = (pipeline, codec);
        _factors = device.Allocate<float>(codec.FactorLength);
        _encoded = pipeline.Quantizer.Allocate(device, codec.FactorLength);
        _warm = new VectorPair(device, codec.StateLength);
        _memory = pipeline.HasFeedback ? new ErrorFeedbackMemory(device, codec.Layout.Length) : null;
    }

    public override IReadOnlyList<DeviceBuffer<float>> Memory => [.. _memory?.Vectors ?? [], _warm.Current];

    public override byte[] Encode(DeviceBuffer<float> update, EncodingContext context, double clippingBound)
    {
        DeviceBuffer<float> source = _memory?.Correct(update).Values ?? update;
        _codec.Encode(source, _factors, _warm.Current, _warm.Next);
        _pipeline.Quantizer.Encode(_factors, _encoded, context);
        byte[] frame = FrameEncoder.Encode(_pipeline, context.Layout, _encoded, [], _pipeline.UsesSeed ? context.Seed : null);
        if (_memory is not null)
        {
            _pipeline.Quantizer.Decode(_encoded, _factors, context.Seed);
            double factor = double.IsPositiveInfinity(clippingBound) ? 1 : ClippingFactor(_codec.Measure(_factors).SquaredNorm, clippingBound);
            _codec.AddTo(_factors, source, -(float)factor);
            _memory.KeepAsItIs();
        }

        _warm.Commit();
        return frame;
    }

    public override void Dispose()
    {
        _factors.Dispose();
        _encoded.Dispose();
        _warm.Dispose();
        _memory?.Dispose();
    }
}
