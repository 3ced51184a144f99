// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace FedKernel.Compression.Coding;

/// <summary>
/// Range asymmetric numeral systems · Duda 2013, arXiv 1311.2540, section 3; interleaved as Giesen 2014, arXiv 1402.3392 · codes of 1 to
/// 8 bits, frequencies of 12 bits, code i belongs to state i mod 8 of 32 bits, which sheds and takes 16 bits at a time.
/// </summary>
/// <remarks>
/// Bytes: the table (<see cref="RansTable"/>), eight states, words of 16 bits in the order in which they are read. Canonical: the table
/// must be that of the codes that come out, every state must end at 2¹⁶, where the encoder started, and no word is left.
/// </remarks>
internal static class RansCoder
{
    /// <summary>Codes that are unpacked at a time; a multiple of <see cref="Ways"/>.</summary>
    public const int Chunk = 8192;

    /// <summary>States.</summary>
    public const int Ways = 8;

    /// <summary>The state at which the encoder starts and the decoder ends: the least that there is between codes.</summary>
    public const uint Start = 1u << 16;

    private const string What = "rANS code";
    private const int StateBytes = Ways * sizeof(uint);

    /// <summary>Bytes that these codes take, to about 16 bytes and 0.2 %; in integers, so both ends compute the same.</summary>
    public static long EstimateBytes(SymbolCounts counts)
    {
        if (counts.Total == 0)
        {
            return 0;
        }

        RansTable table = RansTable.Of(counts);
        return table.Bytes() + StateBytes + table.InformationBytes(counts);
    }

    /// <summary>
    /// Bytes that are always enough: a step multiplies a state by less than (4096/f)·17/16, so a code costs at most log₂(17/16) bits
    /// over its information, less than 1/64 byte.
    /// </summary>
    public static long MaximumBytes(SymbolCounts counts) =>
        EstimateBytes(counts) + (counts.Total >> 6) + (Ways * sizeof(uint));

    /// <summary>Writes.</summary>
    /// <param name="packed">The codes.</param>
    /// <param name="counts">Their counts.</param>
    /// <param name="destination">Room for <see cref="MaximumBytes"/>.</param>
    /// <returns>Bytes written.</returns>
    public static int Encode(ReadOnlySpan<byte> packed, SymbolCounts counts, Span<byte> destination)
    {
        long count = counts.Total;
        if (count == 0)
        {
            return 0;
        }

        RansTable table = RansTable.Of(counts);
        int start = table.Write(destination) + StateBytes;
        var encoder = new RansEncoder(table, destination[start..], stackalloc uint[Ways]);
        Span<byte> unpacked = stackalloc byte[counts.Bits == 8 ? 0 : Chunk];
        for (long first = (count - 1) / Chunk * Chunk; first >= 0; first -= Chunk)
        {
            encoder.Add(ReadChunk(packed, first, count, counts.Bits, unpacked));
        }

        for (int i = 0; i < Ways; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination[(start - StateBytes + (i * sizeof(uint)))..], encoder.States[i]);
        }

        // The last code is written first, at the end of the room: what is there moves to its place.
        ReadOnlySpan<byte> words = encoder.Words;
        words.CopyTo(destination[start..]);
        return start + words.Length;
    }

    /// <summary>Reads hostile bytes; on failure some codes may be written.</summary>
    /// <param name="source">All bytes of the code and no other.</param>
    /// <param name="count">Number of codes.</param>
    /// <param name="bits">Bits of a code, 1 to 8.</param>
    /// <param name="packed">Exactly the bytes of packed codes; every one is written.</param>
    /// <returns>The counts of the codes.</returns>
    /// <exception cref="DataFormatException">What no encoder writes: names what and where.</exception>
    public static SymbolCounts Decode(ReadOnlySpan<byte> source, long count, int bits, Span<byte> packed)
    {
        var counts = new SymbolCounts(bits);
        if (count == 0)
        {
            IndexSet.CheckBytes("rANS code of no symbol", source.Length, 0);
            return counts;
        }

        RansTable table = RansTable.Read(source, bits, out int start);
        if (source.Length < start + StateBytes)
        {
            throw new DataFormatException($"{What}: {source.Length} bytes, the table and {Ways} states take {start + StateBytes}.");
        }

        Span<uint> states = stackalloc uint[Ways];
        for (int i = 0; i < Ways; i++)
        {
            states[i] = BinaryPrimitives.ReadUInt32LittleEndian(source[(start + (i * sizeof(uint)))..]);
            if (states[i] < Start)
            {
                throw new DataFormatException($"{What}: state {i} is {states[i]}, it must be at least {Start}.");
            }
        }

        var decoder = new RansDecoder(table, source[(start + StateBytes)..], states, stackalloc uint[RansTable.Sum]);
        Span<byte> unpacked = stackalloc byte[bits == 8 ? 0 : Chunk];
        for (long first = 0; first < count; first += Chunk)
        {
            int length = (int)Math.Min(Chunk, count - first);
            Span<byte> target = packed.Slice((int)(first * bits >> 3), (int)CodePacking.Bytes(length, bits));
            Span<byte> symbols = bits == 8 ? target : unpacked[..length];
            decoder.Read(symbols);
            counts.Add(symbols);
            if (bits != 8)
            {
                CodePacking.Pack(symbols, bits, target);
            }
        }

        decoder.Finish();
        if (!RansTable.Of(counts).Frequencies.SequenceEqual(table.Frequencies))
        {
            throw new DataFormatException($"{What}: its table is not that of the {count} codes that it gives.");
        }

        return counts;
    }

    /// <summary>The codes from <paramref name="start"/> on, a byte each, at most <see cref="Chunk"/>.</summary>
    internal static ReadOnlySpan<byte> ReadChunk(ReadOnlySpan<byte> packed, long start, long count, int bits, Span<byte> unpacked)
    {
        int length = (int)Math.Min(Chunk, count - start);
        ReadOnlySpan<byte> source = packed.Slice((int)(start * bits >> 3), (int)CodePacking.Bytes(length, bits));
        if (bits == 8)
        {
            return source;
        }

        CodePacking.Unpack(source, bits, unpacked[..length]);
        return unpacked[..length];
    }
}
