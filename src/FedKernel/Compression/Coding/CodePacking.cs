// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using FedKernel.Numerics;

namespace FedKernel.Compression.Coding;

/// <summary>Codes of 1 to 8 bits, packed as <see cref="Kernels.IEncode"/> says, to one byte each and back.</summary>
/// <remarks>Eight codes of b bits are b bytes, so a group of eight begins and ends at a byte.</remarks>
internal static class CodePacking
{
    /// <summary>Bytes of packed codes.</summary>
    public static long Bytes(long count, int bits) => ((count * bits) + 7) >> 3;

    /// <summary>codes[i] = code i</summary>
    /// <param name="packed">At least the bytes of all codes.</param>
    /// <param name="bits">1 to 8.</param>
    /// <param name="codes">Every element is written.</param>
    public static void Unpack(ReadOnlySpan<byte> packed, int bits, Span<byte> codes)
    {
        for (int i = 0; i < codes.Length; i += 8, packed = packed[Math.Min(bits, packed.Length)..])
        {
            ulong spread = EightCodes.Spread(Load(packed, bits), bits);
            if (i + 8 <= codes.Length)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(codes[i..], spread);
                continue;
            }

            for (int j = i; j < codes.Length; j++)
            {
                codes[j] = (byte)(spread >> (8 * (j - i)));
            }
        }
    }

    /// <summary>Packs; the bits behind the last code are 0.</summary>
    /// <param name="codes">Below 2^<paramref name="bits"/>.</param>
    /// <param name="bits">1 to 8.</param>
    /// <param name="packed">Exactly the bytes of all codes; every one is written.</param>
    public static void Pack(ReadOnlySpan<byte> codes, int bits, Span<byte> packed)
    {
        for (; !codes.IsEmpty; codes = codes[Math.Min(8, codes.Length)..], packed = packed[Math.Min(bits, packed.Length)..])
        {
            Store(EightCodes.Gather(Load(codes, 8), bits), packed[..Math.Min(bits, packed.Length)]);
        }
    }

    /// <summary>The first bytes as a number; zeros behind the end.</summary>
    private static ulong Load(ReadOnlySpan<byte> source, int bytes)
    {
        if (source.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(source);
        }

        ulong word = 0;
        for (int i = Math.Min(bytes, source.Length) - 1; i >= 0; i--)
        {
            word = (word << 8) | source[i];
        }

        return word;
    }

    private static void Store(ulong word, Span<byte> destination)
    {
        if (destination.Length == sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, word);
            return;
        }

        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (byte)(word >> (8 * i));
        }
    }
}
