// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Feedback;
using FedKernel.Compression.Frames;
using FedKernel.Compression.Quantizers;
using FedKernel.Compression.Sparsifiers;
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Compression.Pipelines;

/// <summary>Some values travel, as codes; the memory takes what was dropped, and what the quantizer erred by.</summary>
internal sealed class SparseEncoder : UpdateEncoder
{
    private readonly CompressionPipeline _pipeline;
    private readonly Sparsifier _sparsifier;
    private readonly FeedbackMemory? _memory;

    public SparseEncoder(Device device, ParameterLayout layout, CompressionPipeline pipeline, Sparsifier sparsifier)
    {
        (_pipeline, _sparsifier) = (pipeline, sparsifier);
        _memory = (pipeline.HasFeedback, pipeline.Momentum) switch
        {
            (false, _) => null,
            (_, { } momentum) => new MomentumCorrectedMemory(device, layout.Length, momentum),
            _ => new ErrorFeedbackMemory(device, layout.Length),
        };
    }

    public override IReadOnlyList<DeviceBuffer<float>> Memory => _memory?.Vectors ?? [];

    public override byte[] Encode(DeviceBuffer<float> update, EncodingContext context, double clippingBound)
    {
        using SparseVector kept = _sparsifier.Select(_memory?.Correct(update).Values ?? update, context);
        using EncodedValues encoded = _pipeline.Quantizer.Allocate(update.Device, kept.Count);
        if (kept.Count > 0)
        {
            _pipeline.Quantizer.Encode(kept.Values, encoded, context);
        }

        byte[] frame = FrameEncoder.Encode(
            _pipeline,
            context.Layout,
            encoded,
            _pipeline.SendsIndices ? kept.Indices.ToArray() : [],
            _pipeline.UsesSeed ? context.Seed : null);
        Remember(kept, encoded, context, clippingBound);
        return frame;
    }

    public override void Dispose() => _memory?.Dispose();

    private void Remember(SparseVector kept, EncodedValues encoded, EncodingContext context, double clippingBound)
    {
        if (_memory is null)
        {
            return;
        }

        double factor = 1;
        if (kept.Count > 0)
        {
            // What was kept is not needed any more: its place takes what a receiver reads.
            _pipeline.Quantizer.Decode(encoded, kept.Values, context.Seed);
            factor = ClippingFactor(kept.Values.Device.Reduce(kept.Values, default(SquaredL2Norm)), clippingBound);
        }

        _memory.Keep(kept, kept.Values, (float)factor);
    }
}
