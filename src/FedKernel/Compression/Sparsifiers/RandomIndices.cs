// SPDX-License-Identifier: Apache-2.0
// A uniform set of k of d indices · R. W. Floyd in J. Bentley, "Programming pearls: a sample of brilliance", CACM 30(9), 1987.
// Parameters: 1 ≤ k ≤ d ≤ 2³² − 1; the words of a public ChaCha20 stream, each index by multiplication and rejection.
// Different here: the set is a bitmap of d bits, a 32nd of the vector that it is for, which is then read in order; of the set and its
// complement the smaller one is drawn. The words that are used are part of the format: another order would be other indices.
using System.Numerics;
using FedKernel.Random;

namespace FedKernel.Compression.Sparsifiers;

/// <summary>Index sets that follow from a seed.</summary>
internal static class RandomIndices
{
    /// <summary>k of d indices, strictly increasing; every set is as likely as every other.</summary>
    public static uint[] Draw(SharedSeed seed, long length, long count)
    {
        Throw.IfNotInRange(length, 1, SparseVector.MaximumLength);
        Throw.IfNotInRange(count, 1, length);
        bool drops = count > length / 2;
        var bits = new ulong[(length + 63) / 64];
        var words = new StreamWordReader(seed.Stream(StreamPurpose.IndexSet));
        long drawn = drops ? length - count : count;
        for (long last = length - drawn; last < length; last++)
        {
            uint index = words.NextBelow((uint)last + 1);
            Set(bits, IsSet(bits, index) ? (uint)last : index);
        }

        return Read(bits, length, count, drops);
    }

    private static uint[] Read(ulong[] bits, long length, long count, bool inverted)
    {
        var indices = new uint[count];
        long at = 0;
        for (long w = 0; w < bits.Length; w++)
        {
            ulong word = inverted ? ~bits[w] : bits[w];
            if (inverted && (w * 64) + 64 > length)
            {
                word &= (1UL << (int)(length % 64)) - 1;
            }

            for (; word != 0; word &= word - 1)
            {
                indices[at++] = (uint)(w * 64) + (uint)BitOperations.TrailingZeroCount(word);
            }
        }

        return indices;
    }

    private static bool IsSet(ulong[] bits, uint index) => ((bits[index / 64] >> (int)(index % 64)) & 1) != 0;

    private static void Set(ulong[] bits, uint index) => bits[index / 64] |= 1UL << (int)(index % 64);
}
