// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Coding;

/// <summary>How often each code of 1 to 8 bits occurs.</summary>
internal sealed class SymbolCounts
{
    // Four tables: a store waits for no other where neighbours are equal.
    private readonly ulong[] _counts = new ulong[4 * 256];

    /// <summary>Counts of no code.</summary>
    /// <param name="bits">1 to 8.</param>
    public SymbolCounts(int bits)
    {
        Throw.IfNotInRange(bits, 1, 8);
        Bits = bits;
    }

    /// <summary>Bits of a code.</summary>
    public int Bits { get; }

    /// <summary>All codes so far.</summary>
    public long Total { get; private set; }

    /// <summary>How often a code occurred.</summary>
    public ulong this[int symbol] => _counts[symbol] + _counts[256 + symbol] + _counts[512 + symbol] + _counts[768 + symbol];

    /// <summary>Counts of packed codes.</summary>
    /// <param name="packed">Exactly their bytes.</param>
    /// <param name="count">Number of codes.</param>
    /// <param name="bits">1 to 8.</param>
    public static SymbolCounts Of(ReadOnlySpan<byte> packed, long count, int bits)
    {
        var counts = new SymbolCounts(bits);
        Span<byte> unpacked = stackalloc byte[bits == 8 ? 0 : RansCoder.Chunk];
        for (long start = 0; start < count; start += RansCoder.Chunk)
        {
            counts.Add(RansCoder.ReadChunk(packed, start, count, bits, unpacked));
        }

        return counts;
    }

    /// <summary>Counts more codes, one byte each.</summary>
    public void Add(ReadOnlySpan<byte> symbols)
    {
        Total += symbols.Length;
        Span<ulong> counts = _counts;
        int i = 0;
        for (; i + 4 <= symbols.Length; i += 4)
        {
            counts[symbols[i]]++;
            counts[256 + symbols[i + 1]]++;
            counts[512 + symbols[i + 2]]++;
            counts[768 + symbols[i + 3]]++;
        }

        for (; i < symbols.Length; i++)
        {
            counts[symbols[i]]++;
        }
    }
}
