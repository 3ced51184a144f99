// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.InteropServices;

namespace FedKernel.Compression.Coding;

/// <summary>What every code of indices asks of them, and what it says when it is not so.</summary>
internal static class IndexSet
{
    /// <summary>Largest d: indices are 32 bits, and so is their count.</summary>
    public const long MaximumLength = uint.MaxValue;

    /// <summary>Refuses a k that no set below d has.</summary>
    public static void CheckCount(long count, long length)
    {
        Throw.IfNotInRange(length, 0, MaximumLength);
        Throw.IfNotInRange(count, 0, length);
    }

    /// <summary>Refuses indices that are no set below d, so that the writers behind it need no checks of their own.</summary>
    /// <exception cref="ArgumentException">They do not increase, or leave d: the first such place is named.</exception>
    public static void Check(ReadOnlySpan<uint> indices, long length)
    {
        CheckCount(indices.Length, length);
        if (indices.IsEmpty)
        {
            return;
        }

        int i = 1;
        if (indices.Length > Vector<uint>.Count)
        {
            ReadOnlySpan<uint> before = indices[..^1], after = indices[1..];
            for (i = 0; i + Vector<uint>.Count <= before.Length; i += Vector<uint>.Count)
            {
                if (!Vector.LessThanAll(new Vector<uint>(before[i..]), new Vector<uint>(after[i..])))
                {
                    break;
                }
            }

            i++;
        }

        for (; i < indices.Length; i++)
        {
            if (indices[i] <= indices[i - 1])
            {
                throw new ArgumentException(
                    $"Indices must increase: index {i} is {indices[i]}, the one before it {indices[i - 1]}.", nameof(indices));
            }
        }

        if (indices[^1] >= length)
        {
            throw new ArgumentException($"Index {indices.Length - 1} is {indices[^1]}, it must lie below {length}.", nameof(indices));
        }
    }

    /// <summary>Refuses a code of another length than the only one that it can have.</summary>
    public static void CheckBytes(string what, long bytes, long expected)
    {
        if (bytes != expected)
        {
            throw new DataFormatException($"{what}: {bytes} bytes, there must be {expected}.");
        }
    }

    /// <summary>Refuses bits behind the end of a part of a code, in its last byte.</summary>
    /// <param name="what">Name of the part.</param>
    /// <param name="source">The bytes of the part, exactly.</param>
    /// <param name="bits">Its bits.</param>
    public static void CheckPadding(string what, ReadOnlySpan<byte> source, long bits)
    {
        if ((bits & 7) != 0 && source[^1] >> (int)(bits & 7) != 0)
        {
            throw new DataFormatException($"{what}: the bits behind bit {bits} must be 0, the last byte is 0x{source[^1]:x2}.");
        }
    }

    /// <summary>Refuses another number of ones than k.</summary>
    public static void CheckOnes(string what, ReadOnlySpan<byte> source, long expected)
    {
        long ones = Ones(source);
        if (ones != expected)
        {
            throw new DataFormatException($"{what}: {ones} ones, there must be {expected}, one for each index.");
        }
    }

    /// <summary>Ones among all bits.</summary>
    public static long Ones(ReadOnlySpan<byte> source)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(source);
        long ones = 0;
        foreach (ulong word in words)
        {
            ones += BitOperations.PopCount(word);
        }

        foreach (byte last in source[(words.Length * sizeof(ulong))..])
        {
            ones += BitOperations.PopCount(last);
        }

        return ones;
    }
}
