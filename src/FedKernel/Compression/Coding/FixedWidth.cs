// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace FedKernel.Compression.Coding;

/// <summary>Numbers of b bits one behind the other, lowest bit first: the lower bits of indices and gaps.</summary>
internal static class FixedWidth
{
    /// <summary>Largest b.</summary>
    public const int MaximumBits = 32;

    /// <summary>Bytes of k numbers of b bits.</summary>
    public static long Bytes(long count, int bits) => ((count * bits) + 7) >> 3;

    /// <summary>Number i.</summary>
    /// <param name="source">The numbers; what lies behind them may be read, never what lies behind the span.</param>
    /// <param name="i">Within the numbers.</param>
    /// <param name="bits">b, 0 to <see cref="MaximumBits"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(ReadOnlySpan<byte> source, int i, int bits)
    {
        long position = (long)i * bits;
        int at = (int)(position >> 3);
        ulong word = at + sizeof(ulong) <= source.Length ? BinaryPrimitives.ReadUInt64LittleEndian(source[at..]) : ReadLast(source, at);
        return (uint)((word >> (int)(position & 7)) & ((1UL << bits) - 1));
    }

    private static ulong ReadLast(ReadOnlySpan<byte> source, int at)
    {
        ulong word = 0;
        for (int i = source.Length - 1; i >= at; i--)
        {
            word = (word << 8) | source[i];
        }

        return word;
    }
}
