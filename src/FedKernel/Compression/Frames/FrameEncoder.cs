// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FedKernel.Compression.Coding;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;
using FedKernel.Updates;

namespace FedKernel.Compression.Frames;

/// <summary>Codes, scales and indices to the one frame that they have.</summary>
internal static class FrameEncoder
{
    /// <exception cref="ProtocolException">The frame would not fit an array.</exception>
    public static byte[] Encode(CompressionPipeline pipeline, ParameterLayout layout, EncodedValues encoded, SharedSeed? seed)
    {
        var header = new FrameHeader
        {
            Length = layout.Length,
            Count = encoded.Length,
            ScaleCount = encoded.Scales.Length,
            CodeBytes = encoded.Codes.Length,
            IndexBytes = 0,
            SymbolBytes = encoded.Codes.Length,
            IndexCoding = IndexCoding.None,
            SymbolCoding = SymbolCoding.Packed,
            SeedBytes = (byte)(seed is null ? 0 : SharedSeed.Length),
            NameBytes = (byte)pipeline.Name.Length,
        };
        if (header.TotalBytes > Array.MaxLength)
        {
            throw new ProtocolException($"The frame of '{pipeline.Name}' would have {header.TotalBytes} bytes; at most {Array.MaxLength}.");
        }

        var frame = new byte[(int)header.TotalBytes];
        header.Write(frame, layout.Fingerprint, pipeline.Name);
        Span<byte> rest = frame.AsSpan(FrameHeader.FixedLength + header.NameBytes);
        if (seed is not null)
        {
            seed.Bytes.CopyTo(rest);
            rest = rest[SharedSeed.Length..];
        }

        Span<float> scales = MemoryMarshal.Cast<byte, float>(rest[..((int)header.ScaleCount * sizeof(float))]);
        encoded.Scales.CopyTo(scales);
        rest = rest[(scales.Length * sizeof(float))..];
        encoded.Codes.CopyTo(rest[..(int)header.SymbolBytes]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(^FrameChecksum.Length..), FrameChecksum.Of(frame.AsSpan(..^FrameChecksum.Length)));
        return frame;
    }
}
