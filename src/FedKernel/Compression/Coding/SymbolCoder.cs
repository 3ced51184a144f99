// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Coding;

/// <summary>A quantizer's codes on the wire: packed as they are, or range-coded where that is shorter.</summary>
/// <remarks>
/// The choice has one answer: rANS if and only if <see cref="RansCoder.EstimateBytes"/>, a function of the counts in integers, is below
/// the bytes of the packed codes. A writer decides before it encodes; a reader counts what it decoded and refuses the other choice.
/// </remarks>
internal static class SymbolCoder
{
    /// <summary>The shorter of the two.</summary>
    public static SymbolCoding Choose(SymbolCounts counts) =>
        RansCoder.EstimateBytes(counts) < CodePacking.Bytes(counts.Total, counts.Bits) ? SymbolCoding.Rans : SymbolCoding.Packed;

    /// <summary>Bytes that are enough for codes with these counts, in the way that <see cref="Choose"/> says.</summary>
    public static long MaximumBytes(SymbolCounts counts) => Choose(counts) == SymbolCoding.Rans
        ? RansCoder.MaximumBytes(counts)
        : CodePacking.Bytes(counts.Total, counts.Bits);

    /// <summary>Writes in the way that <see cref="Choose"/> says.</summary>
    /// <param name="packed">The codes, exactly their bytes.</param>
    /// <param name="counts">Their counts.</param>
    /// <param name="destination">Room for <see cref="MaximumBytes"/>.</param>
    /// <returns>Bytes written.</returns>
    public static int Encode(ReadOnlySpan<byte> packed, SymbolCounts counts, Span<byte> destination)
    {
        Throw.IfLengthsDiffer(CodePacking.Bytes(counts.Total, counts.Bits), packed.Length, "the counted codes", nameof(packed));
        if (Choose(counts) == SymbolCoding.Rans)
        {
            return RansCoder.Encode(packed, counts, destination);
        }

        packed.CopyTo(destination);
        return packed.Length;
    }

    /// <summary>Reads hostile bytes where a plan lets the writer choose; on failure some codes may be written.</summary>
    /// <param name="coding">How they are said to be written.</param>
    /// <param name="source">All bytes of the codes and no other.</param>
    /// <param name="count">Number of codes.</param>
    /// <param name="bits">Bits of a code, 1 to 8.</param>
    /// <param name="packed">Exactly the bytes of packed codes; every one is written.</param>
    /// <exception cref="DataFormatException">What no writer writes, the choice included.</exception>
    public static void Decode(SymbolCoding coding, ReadOnlySpan<byte> source, long count, int bits, Span<byte> packed)
    {
        Throw.IfLengthsDiffer(CodePacking.Bytes(count, bits), packed.Length, "packed codes", nameof(packed));
        SymbolCounts counts = coding switch
        {
            SymbolCoding.Packed => Copy(source, count, bits, packed),
            SymbolCoding.Rans => RansCoder.Decode(source, count, bits, packed),
            _ => throw new DataFormatException($"Symbol coding {(byte)coding} is unknown: {SymbolCoding.Packed} (0) or {SymbolCoding.Rans} (1)."),
        };
        if (Choose(counts) != coding)
        {
            throw new DataFormatException($"The codes are written as {coding}, a writer takes {Choose(counts)} for them.");
        }
    }

    private static SymbolCounts Copy(ReadOnlySpan<byte> source, long count, int bits, Span<byte> packed)
    {
        IndexSet.CheckBytes("Packed codes", source.Length, packed.Length);
        IndexSet.CheckPadding("Packed codes", source, count * bits);
        source.CopyTo(packed);
        return SymbolCounts.Of(packed, count, bits);
    }
}
