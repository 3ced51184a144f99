// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FedKernel.Compression.Coding;

/// <summary>
/// Elias–Fano · Elias 1974, Fano 1971; Vigna, Quasi-succinct indices, 2013, section 4 · index i of k below d: its lower
/// l = ⌊log₂(d/k)⌋ bits as they are, filled up to a byte at the end; the upper ones, u, as a one at position u + i. At most
/// 2 + log₂(d/k) bits an index, of which every set takes the same number: about a third of a bit more than Rice, but
/// <see cref="EliasFanoView"/> finds an element without reading those before it.
/// </summary>
internal readonly struct EliasFanoCoder : IIndexCoder
{
    internal const string Lower = "Elias-Fano code, lower bits", Upper = "Elias-Fano code, upper bits";

    /// <inheritdoc/>
    public static IndexCoding Coding => IndexCoding.EliasFano;

    /// <inheritdoc/>
    /// <remarks>Exact.</remarks>
    public static long MaximumBytes(long count, long length)
    {
        IndexSet.CheckCount(count, length);
        return count == 0 ? 0 : FixedWidth.Bytes(count, LowerBits(count, length)) + ((UpperBits(count, length) + 7) >> 3);
    }

    /// <inheritdoc/>
    public static long Encode(ReadOnlySpan<uint> indices, long length, Span<byte> destination)
    {
        IndexSet.Check(indices, length);
        long bytes = MaximumBytes(indices.Length, length);
        if (indices.IsEmpty)
        {
            return bytes;
        }

        int bits = LowerBits(indices.Length, length);
        int start = (int)FixedWidth.Bytes(indices.Length, bits);
        var lower = new BitWriter(destination[..start]);
        var ones = new OnesWriter(destination[start..]);
        uint mask = (uint)((1UL << bits) - 1);
        for (int i = 0; i < indices.Length; i++)
        {
            lower.Write(indices[i] & mask, bits);
            ones.Set((long)(indices[i] >> bits) + i);
        }

        ones.Finish(bytes - start);
        return bytes;
    }

    /// <inheritdoc/>
    public static void Decode(ReadOnlySpan<byte> source, long length, Span<uint> indices)
    {
        CheckParts(source, length, indices.Length);
        if (indices.IsEmpty)
        {
            return;
        }

        int bits = LowerBits(indices.Length, length);
        OnesReader.Read(source[(int)FixedWidth.Bytes(indices.Length, bits)..], indices, new UpperPart(bits));
        long before = -1;
        for (int i = 0; i < indices.Length; i++)
        {
            uint index = indices[i] | FixedWidth.Read(source, i, bits);
            CheckNext(i, index, before, length);
            indices[i] = index;
            before = index;
        }
    }

    /// <summary>l = ⌊log₂(d/k)⌋</summary>
    /// <param name="count">k, from 1 on.</param>
    /// <param name="length">d.</param>
    internal static int LowerBits(long count, long length) => BitOperations.Log2((ulong)(length / count));

    /// <summary>Bits of the upper part: up to the place that index d − 1 would have as the last.</summary>
    internal static long UpperBits(long count, long length) => count + ((length - 1) >> LowerBits(count, length));

    /// <summary>Refuses lengths, padding and numbers of ones that no encoder writes: from here on no read leaves the code.</summary>
    internal static void CheckParts(ReadOnlySpan<byte> source, long length, int count)
    {
        IndexSet.CheckBytes("Elias-Fano code", source.Length, MaximumBytes(count, length));
        if (count == 0)
        {
            return;
        }

        int bits = LowerBits(count, length);
        int start = (int)FixedWidth.Bytes(count, bits);
        IndexSet.CheckPadding(Lower, source[..start], (long)count * bits);
        IndexSet.CheckPadding(Upper, source[start..], UpperBits(count, length));
        IndexSet.CheckOnes(Upper, source[start..], count);
    }

    /// <summary>Refuses an index that is not above the one before it, or not below d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CheckNext(int i, uint index, long before, long length)
    {
        if (index <= before || index >= length)
        {
            ThrowNext(i, index, before, length);
        }
    }

    [DoesNotReturn]
    private static void ThrowNext(int i, uint index, long before, long length) =>
        throw new DataFormatException($"Elias-Fano code: index {i} is {index}, it must lie in [{before + 1}, {length - 1}].");

    private readonly struct UpperPart(int bits) : IOneTarget
    {
        private readonly int _bits = bits;

        public uint Invoke(long position, int i) => (uint)((position - i) << _bits);
    }
}
