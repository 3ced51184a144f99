// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Coding;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Quantizers;

namespace FedKernel.Compression.Frames;

/// <summary>A quantizer's codes as they will stand in a frame: from the device straight into it, or range-coded in rented memory.</summary>
internal readonly struct SymbolSection : IDisposable
{
    private readonly EncodedValues _encoded;
    private readonly byte[] _room;

    private SymbolSection(EncodedValues encoded, SymbolCoding coding, byte[] room, long bytes) =>
        (_encoded, Coding, _room, Bytes) = (encoded, coding, room, bytes);

    public SymbolCoding Coding { get; }

    public long Bytes { get; }

    /// <summary>Takes the way that the pipeline allows and that is shorter.</summary>
    public static SymbolSection Of(CompressionPipeline pipeline, EncodedValues encoded)
    {
        if (pipeline.SymbolCoding == SymbolCoding.Packed)
        {
            return new(encoded, SymbolCoding.Packed, [], encoded.Codes.Length);
        }

        byte[] codes = FrameEncoder.Rent(encoded.Codes.Length);
        try
        {
            Span<byte> packed = codes.AsSpan(0, (int)encoded.Codes.Length);
            encoded.Codes.CopyTo(packed);
            SymbolCounts counts = SymbolCounts.Of(packed, pipeline.Quantizer.SymbolCount(encoded.Length), pipeline.Quantizer.SymbolBits);
            if (SymbolCoder.Choose(counts) == SymbolCoding.Packed)
            {
                return new(encoded, SymbolCoding.Packed, [], packed.Length);
            }

            byte[] room = FrameEncoder.Rent(SymbolCoder.MaximumBytes(counts));
            return new(encoded, SymbolCoding.Rans, room, SymbolCoder.Encode(packed, counts, room));
        }
        finally
        {
            FrameEncoder.Return(codes);
        }
    }

    public void CopyTo(Span<byte> destination)
    {
        if (Coding == SymbolCoding.Packed)
        {
            _encoded.Codes.CopyTo(destination);
        }
        else
        {
            _room.AsSpan(0, (int)Bytes).CopyTo(destination);
        }
    }

    public void Dispose() => FrameEncoder.Return(_room);
}
