// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Coding;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Compression.Sparsifiers;
using FedKernel.Devices;
using FedKernel.Updates;

namespace FedKernel.Compression.Frames;

/// <summary>Sections to the form in which they are added: symbols to codes, codes checked, indices read.</summary>
internal static class FrameDecoder
{
    /// <exception cref="DataFormatException">A section holds what no encoder writes.</exception>
    public static DecodedFrame Decode(Device device, FrameSections sections, ParameterLayout layout, CompressionPipeline pipeline)
    {
        if (pipeline.Sparsifier is { } sparsifier)
        {
            uint[] indices = sparsifier.SharesIndices ? SharedIndices(sections, layout, sparsifier) : Indices(sections, layout, pipeline);
            DeviceBuffer<float> values = Values(device, sections, pipeline);
            return new SparseFrame(new SparseVector(layout.Length, device.Upload<uint>(indices), values));
        }

        return pipeline.LowRank(layout) is { } codec
            ? new LowRankFrame(codec, Values(device, sections, pipeline))
            : new DenseFrame(pipeline.Quantizer, Encoded(device, sections, pipeline), Seed(sections));
    }

    /// <summary>Writes a frame again from what it says: the same bytes, or the frame was not canonical.</summary>
    public static byte[] Rewrite(Device device, ReadOnlySpan<byte> frame, ParameterLayout layout, CompressionPipeline pipeline)
    {
        FrameSections sections = FrameSections.Read(frame, layout, pipeline);
        using EncodedValues encoded = Encoded(device, sections, pipeline);
        return FrameEncoder.Encode(pipeline, layout, encoded, Indices(sections, layout, pipeline), Seed(sections));
    }

    public static SharedSeed? Seed(FrameSections sections) => sections.Seed.Length == 0 ? null : new SharedSeed(sections.Seed);

    /// <summary>The indices that travelled; none if none do.</summary>
    public static uint[] Indices(FrameSections sections, ParameterLayout layout, CompressionPipeline pipeline)
    {
        if (!pipeline.SendsIndices)
        {
            return [];
        }

        var indices = new uint[sections.Header.Count];
        IndexCoder.Decode(sections.Header.IndexCoding, sections.Indices, layout.Length, indices);
        return indices;
    }

    private static uint[] SharedIndices(FrameSections sections, ParameterLayout layout, Sparsifier sparsifier)
    {
        // Drawing them takes time and memory for k of them, which the plan allows and whose values are there.
        uint[] indices = sparsifier.SharedIndices(layout, Seed(sections)!);
        return indices.Length == sections.Header.Count
            ? indices
            : throw new DataFormatException($"The frame is not valid: {sections.Header.Count} values; '{sparsifier.Name}' draws {indices.Length} indices.");
    }

    /// <summary>The k values that travelled, decoded.</summary>
    private static DeviceBuffer<float> Values(Device device, FrameSections sections, CompressionPipeline pipeline)
    {
        using EncodedValues encoded = Encoded(device, sections, pipeline);
        DeviceBuffer<float> values = device.Allocate<float>(encoded.Length);
        if (encoded.Length > 0)
        {
            pipeline.Quantizer.Decode(encoded, values, Seed(sections));
        }

        return values;
    }

    /// <summary>Codes and scales on the device, examined before.</summary>
    public static EncodedValues Encoded(Device device, FrameSections sections, CompressionPipeline pipeline)
    {
        Quantizer quantizer = pipeline.Quantizer;
        ReadOnlySpan<byte> codes = Codes(sections, pipeline);
        quantizer.Check(sections.Header.Count, codes, sections.Scales);
        DeviceBuffer<byte> deviceCodes = device.Upload(codes);
        try
        {
            return new EncodedValues(sections.Header.Count, deviceCodes, device.Upload(sections.Scales));
        }
        catch
        {
            deviceCodes.Dispose();
            throw;
        }
    }

    /// <summary>The bit-packed codes, a view or a copy; the choice between the two ways of writing them is verified.</summary>
    private static ReadOnlySpan<byte> Codes(FrameSections sections, CompressionPipeline pipeline)
    {
        if (pipeline.SymbolCoding == SymbolCoding.Packed)
        {
            return sections.Symbols;
        }

        FrameHeader header = sections.Header;
        var codes = new byte[header.CodeBytes];
        SymbolCoder.Decode(header.SymbolCoding, sections.Symbols, pipeline.Quantizer.SymbolCount(header.Count), pipeline.Quantizer.SymbolBits, codes);
        return codes;
    }
}
