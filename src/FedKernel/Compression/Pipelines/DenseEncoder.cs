// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Frames;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Updates;

namespace FedKernel.Compression.Pipelines;

/// <summary>Every value travels as a code; error feedback is one pass of the quantizer.</summary>
internal sealed class DenseEncoder : UpdateEncoder
{
    private readonly CompressionPipeline _pipeline;
    private readonly EncodedValues _encoded;
    private readonly DeviceBuffer<float>? _memory;

    public DenseEncoder(Device device, ParameterLayout layout, CompressionPipeline pipeline)
    {
        _pipeline = pipeline;
        _encoded = pipeline.Quantizer.Allocate(device, layout.Length);
        _memory = pipeline.HasFeedback ? device.Allocate<float>(layout.Length) : null;
    }

    public override IReadOnlyList<DeviceBuffer<float>> Memory => _memory is null ? [] : [_memory];

    public override byte[] Encode(DeviceBuffer<float> update, EncodingContext context, double clippingBound)
    {
        Quantizer quantizer = _pipeline.Quantizer;
        if (_memory is null)
        {
            quantizer.Encode(update, _encoded, context);
        }
        else
        {
            quantizer.EncodeWithFeedback(update, _memory, _encoded, context);
            KeepWhatIsClipped(context, clippingBound);
        }

        return FrameEncoder.Encode(_pipeline, context.Layout, _encoded, [], _pipeline.UsesSeed ? context.Seed : null);
    }

    public override void Dispose()
    {
        _encoded.Dispose();
        _memory?.Dispose();
    }

    private void KeepWhatIsClipped(EncodingContext context, double clippingBound)
    {
        if (double.IsPositiveInfinity(clippingBound))
        {
            return;
        }

        double factor = ClippingFactor(_pipeline.Quantizer.Measure(_encoded, context.Seed).SquaredNorm, clippingBound);
        if (factor < 1)
        {
            _pipeline.Quantizer.AddTo(_encoded, _memory!, (float)(1 - factor), context.Seed);
        }
    }
}
