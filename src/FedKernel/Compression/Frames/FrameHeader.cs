// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using FedKernel.Compression.Coding;
using FedKernel.Updates;

namespace FedKernel.Compression.Frames;

/// <summary>The fields in front of a frame's sections, as the README of this folder lists them. Nothing here is believed yet.</summary>
internal readonly record struct FrameHeader
{
    public const byte Version = 1;

    /// <summary>Bytes in front of the name.</summary>
    public const int FixedLength = 96;

    /// <summary>d.</summary>
    public required long Length { get; init; }

    /// <summary>k: values that travel.</summary>
    public required long Count { get; init; }

    public required long ScaleCount { get; init; }

    /// <summary>Bytes of the bit-packed codes.</summary>
    public required long CodeBytes { get; init; }

    /// <summary>Bytes of the section of indices.</summary>
    public required long IndexBytes { get; init; }

    /// <summary>Bytes of the section of symbols.</summary>
    public required long SymbolBytes { get; init; }

    public required IndexCoding IndexCoding { get; init; }

    public required SymbolCoding SymbolCoding { get; init; }

    public required byte SeedBytes { get; init; }

    public required byte NameBytes { get; init; }

    /// <summary>Bytes of the frame if the fields are right; the caller has bounded each.</summary>
    public Int128 TotalBytes =>
        (Int128)FixedLength + NameBytes + SeedBytes + IndexBytes + ((Int128)ScaleCount * sizeof(float)) + SymbolBytes + FrameChecksum.Length;

    public void Write(Span<byte> frame, ReadOnlySpan<byte> layoutFingerprint, string name)
    {
        "FKC"u8.CopyTo(frame);
        frame[3] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(frame[4..], frame.Length);
        layoutFingerprint.CopyTo(frame[12..]);
        BinaryPrimitives.WriteInt64LittleEndian(frame[44..], Length);
        BinaryPrimitives.WriteInt64LittleEndian(frame[52..], Count);
        BinaryPrimitives.WriteInt64LittleEndian(frame[60..], ScaleCount);
        BinaryPrimitives.WriteInt64LittleEndian(frame[68..], CodeBytes);
        BinaryPrimitives.WriteInt64LittleEndian(frame[76..], IndexBytes);
        BinaryPrimitives.WriteInt64LittleEndian(frame[84..], SymbolBytes);
        frame[92] = (byte)IndexCoding;
        frame[93] = (byte)SymbolCoding;
        frame[94] = SeedBytes;
        frame[95] = NameBytes;
        Encoding.ASCII.GetBytes(name, frame[FixedLength..]);
    }

    /// <summary>Reads the fields of a frame whose length, version and checksum are in order.</summary>
    /// <exception cref="DataFormatException">It is no frame, or cut or damaged.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < FixedLength + FrameChecksum.Length || !frame[..3].SequenceEqual("FKC"u8))
        {
            throw new DataFormatException(
                $"{frame.Length} bytes are no compressed update: it begins with FKC and has at least {FixedLength + FrameChecksum.Length}.");
        }

        if (frame[3] != Version)
        {
            throw new DataFormatException($"The frame has version {frame[3]}; known is {Version}.");
        }

        long declared = BinaryPrimitives.ReadInt64LittleEndian(frame[4..]);
        if (declared != frame.Length)
        {
            throw new DataFormatException($"The frame is cut or has something behind it: it says {declared} bytes, it has {frame.Length}.");
        }

        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(frame[^FrameChecksum.Length..]), found = FrameChecksum.Of(frame[..^FrameChecksum.Length]);
        if (checksum != found)
        {
            throw new DataFormatException($"The frame is damaged: its checksum is {found:x8}, it says {checksum:x8}.");
        }

        return new FrameHeader
        {
            Length = BinaryPrimitives.ReadInt64LittleEndian(frame[44..]),
            Count = BinaryPrimitives.ReadInt64LittleEndian(frame[52..]),
            ScaleCount = BinaryPrimitives.ReadInt64LittleEndian(frame[60..]),
            CodeBytes = BinaryPrimitives.ReadInt64LittleEndian(frame[68..]),
            IndexBytes = BinaryPrimitives.ReadInt64LittleEndian(frame[76..]),
            SymbolBytes = BinaryPrimitives.ReadInt64LittleEndian(frame[84..]),
            IndexCoding = (IndexCoding)frame[92],
            SymbolCoding = (SymbolCoding)frame[93],
            SeedBytes = frame[94],
            NameBytes = frame[95],
        };
    }

    public static ReadOnlySpan<byte> LayoutFingerprint(ReadOnlySpan<byte> frame) => frame.Slice(12, ParameterLayout.FingerprintLength);
}
