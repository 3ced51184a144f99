// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace FedKernel.Compression.Coding;

/// <summary>
/// Golomb–Rice codes of gaps · Rice 1979; parameter after Kiely 2004, see <see cref="RiceParameter"/> · a gap g, the indices left out
/// between two neighbours, costs ⌊g/2^b⌋ + 1 + b bits.
/// </summary>
/// <remarks>
/// First the remainders g mod 2^b, b bits each, filled up to a byte; then the quotients in unary, zeros and a one for each. The usual
/// form has them by turns, with the same lengths; apart, remainders lie at known places, and the position of one i is Σ quotients + i,
/// so a reader knows from counting ones and finding the last whether all of it fits below d, before it writes anything. Quotients sum to
/// less than d/2^b, which bounds the code of the worst set.
/// </remarks>
internal readonly struct RiceCoder : IIndexCoder
{
    private const string Remainders = "Rice code, remainders", Quotients = "Rice code, quotients";

    /// <inheritdoc/>
    public static IndexCoding Coding => IndexCoding.Rice;

    /// <inheritdoc/>
    /// <remarks>That of the worst set: all indices as far apart as d allows.</remarks>
    public static long MaximumBytes(long count, long length)
    {
        IndexSet.CheckCount(count, length);
        if (count == 0)
        {
            return 0;
        }

        int bits = RiceParameter.Bits(count, length);
        return FixedWidth.Bytes(count, bits) + ((count + ((length - count) >> bits) + 7) >> 3);
    }

    /// <inheritdoc/>
    public static long Encode(ReadOnlySpan<uint> indices, long length, Span<byte> destination)
    {
        IndexSet.Check(indices, length);
        if (indices.IsEmpty)
        {
            return 0;
        }

        int bits = RiceParameter.Bits(indices.Length, length);
        int start = (int)FixedWidth.Bytes(indices.Length, bits);
        var remainders = new BitWriter(destination[..start]);
        var ones = new OnesWriter(destination[start..]);
        uint next = 0, mask = (uint)((1UL << bits) - 1);
        long position = 0;
        foreach (uint index in indices)
        {
            uint gap = index - next;
            next = index + 1;
            remainders.Write(gap & mask, bits);
            position += gap >> bits;
            ones.Set(position);
            position++;
        }

        long last = (position + 7) >> 3;
        ones.Finish(last);
        return start + last;
    }

    /// <inheritdoc/>
    public static void Decode(ReadOnlySpan<byte> source, long length, Span<uint> indices)
    {
        IndexSet.CheckCount(indices.Length, length);
        if (indices.IsEmpty)
        {
            IndexSet.CheckBytes("Rice code of no index", source.Length, 0);
            return;
        }

        int bits = RiceParameter.Bits(indices.Length, length);
        int start = (int)FixedWidth.Bytes(indices.Length, bits);
        if (source.Length <= start)
        {
            throw new DataFormatException($"{Remainders}: {source.Length} bytes, {start} and some of quotients are needed.");
        }

        ReadOnlySpan<byte> quotients = source[start..];
        IndexSet.CheckPadding(Remainders, source[..start], (long)indices.Length * bits);
        CheckQuotients(quotients, indices.Length, length, bits);
        OnesReader.Read(quotients, indices, new Quotient(bits));
        ulong end = AddRemainders(source, indices, bits);
        if (end >= (ulong)length)
        {
            throw new DataFormatException($"Rice code: the last index is {end}, it must lie below {length}.");
        }
    }

    /// <summary>The last bit of the code is the one of the last index, and the quotients alone stay below d.</summary>
    private static void CheckQuotients(ReadOnlySpan<byte> quotients, int count, long length, int bits)
    {
        if (quotients[^1] == 0)
        {
            throw new DataFormatException($"{Quotients}: the last of {quotients.Length} bytes is 0, a byte without a one is not written.");
        }

        IndexSet.CheckOnes(Quotients, quotients, count);
        long sum = (8L * (quotients.Length - 1)) + BitOperations.Log2(quotients[^1]) - (count - 1);
        if (sum > (length - 1) >> bits)
        {
            throw new DataFormatException(
                $"{Quotients}: they sum to {sum} in units of {1L << bits}, more than the length {length} has room for.");
        }
    }

    /// <summary>indices[i] += i + Σ remainders up to i</summary>
    /// <returns>The last index, which is the largest, before it is cut to 32 bits.</returns>
    private static ulong AddRemainders(ReadOnlySpan<byte> source, Span<uint> indices, int bits)
    {
        ulong sum = 0, last = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            sum += FixedWidth.Read(source, i, bits);
            last = indices[i] + sum;
            indices[i] = (uint)last;
            sum++;
        }

        return last;
    }

    private readonly struct Quotient(int bits) : IOneTarget
    {
        private readonly int _bits = bits;

        // Below d, hence below 2³².
        public uint Invoke(long position, int i) => (uint)((position - i) << _bits);
    }
}
