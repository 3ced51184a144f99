// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FedKernel.Compression.Coding;

/// <summary>What becomes of the position of one i of a bit vector.</summary>
internal interface IOneTarget
{
    /// <summary>What is stored for it.</summary>
    uint Invoke(long position, int i);
}

/// <summary>The positions of the ones of a bit vector, in increasing order.</summary>
internal static class OnesReader
{
    /// <summary>destination[i] = target(position of one i)</summary>
    /// <param name="source">A bit vector with exactly as many ones as there are elements of <paramref name="destination"/>.</param>
    /// <param name="destination">Every element is written.</param>
    /// <param name="target">The formula.</param>
    public static void Read<TTarget>(ReadOnlySpan<byte> source, Span<uint> destination, TTarget target)
        where TTarget : struct, IOneTarget
    {
        int i = 0, at = 0;
        for (; at + sizeof(ulong) <= source.Length; at += sizeof(ulong))
        {
            i = Word(BinaryPrimitives.ReadUInt64LittleEndian(source[at..]), 8L * at, i, destination, target);
        }

        for (; at < source.Length; at++)
        {
            i = Word(source[at], 8L * at, i, destination, target);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Word<TTarget>(ulong word, long start, int i, Span<uint> destination, TTarget target)
        where TTarget : struct, IOneTarget
    {
        for (; word != 0; word &= word - 1)
        {
            destination[i] = target.Invoke(start + BitOperations.TrailingZeroCount(word), i);
            i++;
        }

        return i;
    }
}
