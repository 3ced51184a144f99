// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace FedKernel.Compression.Quantizers;

/// <summary>Refuses codes and scales that no encoder writes: one encoding for a value.</summary>
internal static class CodeChecks
{
    /// <summary>Each scale is +0 or above 0, finite, at most the largest.</summary>
    public static void Scales(ReadOnlySpan<float> scales, float largest)
    {
        for (int b = 0; b < scales.Length; b++)
        {
            // Written so that NaN fails; −0 shows in its sign.
            if (!(scales[b] >= 0 && scales[b] <= largest) || float.IsNegative(scales[b]))
            {
                throw new DataFormatException($"Scale {b} is {(scales[b] == 0 ? "-0" : scales[b])}; it must lie in [0, {largest}].");
            }
        }
    }

    /// <summary>Bytes that hold a code that is not one; for 16 bits, and where codes cross bytes, none.</summary>
    public static SearchValues<byte> RefusedBytes(int bits, Func<uint, bool> isCode)
    {
        var refused = new List<byte>();
        for (int value = 0; value < 256 && 8 % bits == 0; value++)
        {
            for (int shift = 0; shift < 8; shift += bits)
            {
                if (!isCode((uint)(value >> shift) & ((1u << bits) - 1)))
                {
                    refused.Add((byte)value);
                    break;
                }
            }
        }

        return SearchValues.Create(refused.ToArray());
    }

    /// <summary>Each code is one, and the bits behind the last are 0.</summary>
    public static void Codes(long length, ReadOnlySpan<byte> codes, int bits, SearchValues<byte> refused, Func<uint, bool> isCode)
    {
        int used = (int)(length * bits % 8);
        if (used != 0 && codes[^1] >> used != 0)
        {
            throw new DataFormatException($"The last byte of codes is 0x{codes[^1]:x2}; the {8 - used} bits behind the last code must be 0.");
        }

        // The last byte may hold padding, which is no code: it is read code by code.
        ReadOnlySpan<byte> whole = used == 0 ? codes : codes[..^1];
        int at = 8 % bits == 0 ? whole.IndexOfAny(refused) : 0;
        long first = at < 0 ? whole.Length * 8L / bits : at * 8L / bits;
        for (long i = first; i < length; i++)
        {
            uint code = Code(codes, i, bits);
            if (!isCode(code))
            {
                throw new DataFormatException($"Code {i} is 0x{code:x}; no value is encoded as that.");
            }
        }
    }

    /// <summary>All codes of a block are that of 0.</summary>
    public static void Zeros(long length, ReadOnlySpan<byte> codes, int bits, long start, int count, uint zero)
    {
        for (long i = start, end = Math.Min(length, start + count); i < end; i++)
        {
            uint code = Code(codes, i, bits);
            if (code != zero)
            {
                throw new DataFormatException($"Code {i} is 0x{code:x}; in a block with scale 0 it must be 0x{zero:x}.");
            }
        }
    }

    private static uint Code(ReadOnlySpan<byte> codes, long i, int bits)
    {
        long bit = i * bits;
        int at = (int)(bit / 8), shift = (int)(bit % 8);
        uint word = codes[at];
        if (shift + bits > 8)
        {
            word |= (uint)codes[at + 1] << 8;
        }

        return (word >> shift) & ((1u << bits) - 1);
    }
}
