// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
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
    /// <summary>The frame.</summary>
    /// <param name="pipeline">What made the codes.</param>
    /// <param name="layout">How the update is read.</param>
    /// <param name="encoded">k codes and their scales.</param>
    /// <param name="indices">k indices where the pipeline sends them; else empty.</param>
    /// <param name="seed">Where the pipeline uses one; else null.</param>
    /// <exception cref="ProtocolException">The frame would not fit an array.</exception>
    public static byte[] Encode(
        CompressionPipeline pipeline, ParameterLayout layout, EncodedValues encoded, ReadOnlySpan<uint> indices, SharedSeed? seed)
    {
        IndexCoding coding = !pipeline.SendsIndices
            ? IndexCoding.None
            : pipeline.FixedIndexCoding ?? IndexCoder.Choose(encoded.Length, layout.Length);
        byte[] indexRoom = Rent(coding == IndexCoding.None ? 0 : IndexCoder.MaximumBytes(coding, indices.Length, layout.Length));
        SymbolSection symbols = SymbolSection.Of(pipeline, encoded);
        try
        {
            long indexBytes = coding == IndexCoding.None ? 0 : IndexCoder.Encode(coding, indices, layout.Length, indexRoom);
            var header = new FrameHeader
            {
                Length = layout.Length,
                Count = encoded.Length,
                ScaleCount = encoded.Scales.Length,
                CodeBytes = encoded.Codes.Length,
                IndexBytes = indexBytes,
                SymbolBytes = symbols.Bytes,
                IndexCoding = coding,
                SymbolCoding = symbols.Coding,
                SeedBytes = (byte)(seed is null ? 0 : SharedSeed.Length),
                NameBytes = (byte)pipeline.Name.Length,
            };
            return Assemble(header, pipeline, layout, encoded, seed, indexRoom.AsSpan(0, (int)indexBytes), symbols);
        }
        finally
        {
            Return(indexRoom);
            symbols.Dispose();
        }
    }

    private static byte[] Assemble(
        FrameHeader header,
        CompressionPipeline pipeline,
        ParameterLayout layout,
        EncodedValues encoded,
        SharedSeed? seed,
        ReadOnlySpan<byte> indices,
        SymbolSection symbols)
    {
        if (header.TotalBytes > Array.MaxLength)
        {
            throw TooLong(header.TotalBytes);
        }

        var frame = new byte[(int)header.TotalBytes];
        header.Write(frame, layout.Fingerprint, pipeline.Name);
        Span<byte> rest = frame.AsSpan(FrameHeader.FixedLength + header.NameBytes);
        seed?.Bytes.CopyTo(rest);
        rest = rest[header.SeedBytes..];
        indices.CopyTo(rest);
        rest = rest[indices.Length..];
        Span<float> scales = MemoryMarshal.Cast<byte, float>(rest[..((int)header.ScaleCount * sizeof(float))]);
        encoded.Scales.CopyTo(scales);
        rest = rest[(scales.Length * sizeof(float))..];
        symbols.CopyTo(rest[..(int)header.SymbolBytes]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(^FrameChecksum.Length..), FrameChecksum.Of(frame.AsSpan(..^FrameChecksum.Length)));
        return frame;
    }

    public static byte[] Rent(long bytes) => bytes == 0 ? [] : ArrayPool<byte>.Shared.Rent(bytes <= Array.MaxLength ? (int)bytes : throw TooLong(bytes));

    public static void Return(byte[] room)
    {
        if (room.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    private static ProtocolException TooLong(Int128 bytes) => new($"The frame would have {bytes} bytes; at most {Array.MaxLength}.");
}
