// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using FedKernel.Compression.Coding;
using FedKernel.Compression.Pipelines;
using FedKernel.Updates;

namespace FedKernel.Compression.Frames;

/// <summary>The sections of a frame whose every count is what pipeline and layout allow: views of its bytes, no copy.</summary>
internal readonly ref struct FrameSections
{
    private FrameSections(FrameHeader header, ReadOnlySpan<byte> frame)
    {
        Header = header;
        int at = FrameHeader.FixedLength + header.NameBytes;
        Seed = frame.Slice(at, header.SeedBytes);
        at += header.SeedBytes;
        Indices = frame.Slice(at, (int)header.IndexBytes);
        at += Indices.Length;
        Scales = MemoryMarshal.Cast<byte, float>(frame.Slice(at, checked((int)header.ScaleCount * sizeof(float))));
        at += Scales.Length * sizeof(float);
        Symbols = frame.Slice(at, (int)header.SymbolBytes);
    }

    public FrameHeader Header { get; }

    public ReadOnlySpan<byte> Seed { get; }

    public ReadOnlySpan<byte> Indices { get; }

    public ReadOnlySpan<float> Scales { get; }

    public ReadOnlySpan<byte> Symbols { get; }

    /// <summary>Reads a hostile frame and allocates nothing.</summary>
    /// <exception cref="DataFormatException">Names the field, its value and what is allowed.</exception>
    public static FrameSections Read(ReadOnlySpan<byte> frame, ParameterLayout layout, CompressionPipeline expected)
    {
        FrameHeader header = FrameHeader.Read(frame);
        RequireName(frame, header, expected);
        Require(FrameHeader.LayoutFingerprint(frame).SequenceEqual(layout.Fingerprint), "its layout is another than", layout);
        RequireEqual(header.Length, layout.Length, "elements");
        RequireCount(header, layout, expected);
        RequireEqual(header.ScaleCount, expected.Quantizer.ScaleCount(header.Count), "scales");
        RequireEqual(header.CodeBytes, expected.Quantizer.CodeBytes(header.Count), "bytes of codes");
        RequireEqual(header.SeedBytes, expected.UsesSeed ? SharedSeed.Length : 0, "bytes of seed");
        RequireIndices(header, expected);
        RequireSymbols(header, expected);
        if (header.TotalBytes != frame.Length)
        {
            throw new DataFormatException($"The frame is not valid: its fields say {header.TotalBytes} bytes, it has {frame.Length}.");
        }

        return new FrameSections(header, frame);
    }

    private static void RequireName(ReadOnlySpan<byte> frame, FrameHeader header, CompressionPipeline expected)
    {
        if (header.NameBytes > frame.Length - FrameHeader.FixedLength - FrameChecksum.Length)
        {
            throw new DataFormatException($"The frame is not valid: a name of {header.NameBytes} bytes in {frame.Length}.");
        }

        ReadOnlySpan<byte> name = frame.Slice(FrameHeader.FixedLength, header.NameBytes);
        if (!Ascii.Equals(name, expected.Name))
        {
            throw new DataFormatException($"The frame was made by the pipeline '{Printable(name)}'; the plan has '{expected.Name}'.");
        }
    }

    /// <summary>What stands in an error and a receipt is text that cannot disturb either.</summary>
    private static string Printable(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(name.Length);
        foreach (byte b in name)
        {
            text.Append(b is >= 0x20 and < 0x7F and not (byte)'\'' ? (char)b : '?');
        }

        return text.ToString();
    }

    private static void RequireCount(FrameHeader header, ParameterLayout layout, CompressionPipeline expected)
    {
        long most = expected.MaximumCount(layout);
        if (expected.Sparsifier is not { SharesIndices: false })
        {
            // Of indices that are drawn the number is known, and drawing them is work: a few bytes must not ask for it.
            RequireEqual(header.Count, most, "values");
        }
        else if (header.Count < 0 || header.Count > most)
        {
            throw new DataFormatException($"The frame is not valid: {header.Count} values; '{expected.Sparsifier.Name}' keeps 0 to {most}.");
        }
    }

    private static void RequireIndices(FrameHeader header, CompressionPipeline expected)
    {
        if (!expected.SendsIndices)
        {
            RequireEqual((long)header.IndexCoding, (long)IndexCoding.None, "as index coding");
            RequireEqual(header.IndexBytes, 0, "bytes of indices");
            return;
        }

        IndexCoding coding = expected.FixedIndexCoding ?? IndexCoder.Choose(header.Count, header.Length);
        RequireEqual((long)header.IndexCoding, (long)coding, "as index coding");

        if (header.Count > Array.MaxLength)
        {
            throw new DataFormatException($"The frame is not valid: {header.Count} indices; at most {Array.MaxLength} travel.");
        }

        // No code takes less than a bit for an index: the count is held to the bytes before anything is allocated for it.
        if (header.IndexBytes < 0 || header.IndexBytes > Array.MaxLength || header.Count > header.IndexBytes * 8)
        {
            throw new DataFormatException($"The frame is not valid: {header.Count} indices in {header.IndexBytes} bytes.");
        }
    }

    private static void RequireSymbols(FrameHeader header, CompressionPipeline expected)
    {
        bool isPacked = header.SymbolCoding == SymbolCoding.Packed;
        if (!isPacked && (header.SymbolCoding != SymbolCoding.Rans || expected.SymbolCoding != SymbolCoding.Rans))
        {
            throw new DataFormatException(
                $"The frame is not valid: symbol coding {(byte)header.SymbolCoding}; allowed is {(expected.SymbolCoding == SymbolCoding.Rans ? "0 or 1" : "0")}.");
        }

        if (isPacked ? header.SymbolBytes != header.CodeBytes : header.SymbolBytes < 0 || header.SymbolBytes > Array.MaxLength)
        {
            throw new DataFormatException(
                $"The frame is not valid: {header.SymbolBytes} bytes of symbols for {header.CodeBytes} bytes of codes, coding {(byte)header.SymbolCoding}.");
        }

        if (header.CodeBytes > Array.MaxLength)
        {
            throw new DataFormatException($"The frame is not valid: {header.CodeBytes} bytes of codes; at most {Array.MaxLength}.");
        }
    }

    private static void RequireEqual(long actual, long allowed, string what) =>
        Require(actual == allowed, $"{actual} {what}; allowed are", allowed);

    private static void Require(bool condition, string what, object allowed)
    {
        if (!condition)
        {
            throw new DataFormatException($"The frame is not valid: {what} {allowed}.");
        }
    }
}
