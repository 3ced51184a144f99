// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Updates;

namespace FedKernel.Compression.Frames;

/// <summary>Sections to the form in which they are added: symbols to codes, codes checked, indices read.</summary>
internal static class FrameDecoder
{
    /// <exception cref="DataFormatException">A section holds what no encoder writes.</exception>
    public static DecodedFrame Decode(Device device, FrameSections sections, ParameterLayout layout, CompressionPipeline pipeline)
    {
        SharedSeed? seed = sections.Seed.Length == 0 ? null : new SharedSeed(sections.Seed);
        ReadOnlySpan<byte> codes = sections.Symbols;
        pipeline.Quantizer.Check(sections.Header.Count, codes, sections.Scales);
        EncodedValues encoded = Upload(device, sections.Header.Count, codes, sections.Scales);
        return new DenseFrame(pipeline.Quantizer, encoded, seed);
    }

    private static EncodedValues Upload(Device device, long count, ReadOnlySpan<byte> codes, ReadOnlySpan<float> scales)
    {
        DeviceBuffer<byte> deviceCodes = device.Upload(codes);
        try
        {
            return new EncodedValues(count, deviceCodes, device.Upload(scales));
        }
        catch
        {
            deviceCodes.Dispose();
            throw;
        }
    }
}
