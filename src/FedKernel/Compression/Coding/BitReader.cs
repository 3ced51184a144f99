// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;

namespace FedKernel.Compression.Coding;

/// <summary>Reads the bits of a <see cref="BitWriter"/> from bytes that nobody vouches for: it never reads outside of them.</summary>
/// <param name="source">All bytes of the code.</param>
/// <param name="what">Name of the code in errors.</param>
internal ref struct BitReader(ReadOnlySpan<byte> source, string what)
{
    /// <summary>Most bits of one read: at any of the 8 positions within a byte they lie in 64.</summary>
    public const int MaximumBits = 57;

    private readonly ReadOnlySpan<byte> _source = source;
    private readonly string _what = what;

    /// <summary>Bits read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Bits that are left.</summary>
    public readonly long Remaining => (8L * _source.Length) - Position;

    /// <summary>The next bits.</summary>
    /// <param name="count">0 to <see cref="MaximumBits"/>.</param>
    /// <exception cref="DataFormatException">The code ends before.</exception>
    public ulong Read(int count)
    {
        if (count > Remaining)
        {
            throw new DataFormatException(
                $"{_what}: {count} bits are needed at bit {Position}, the code has {8L * _source.Length}.");
        }

        ulong bits = Peek() & ((1UL << count) - 1);
        Position += count;
        return bits;
    }

    /// <summary>The number of zeros before the next one; the one is read too.</summary>
    /// <param name="limit">Most zeros, at most 56.</param>
    /// <exception cref="DataFormatException">There are more, or the code ends before the one.</exception>
    public int ReadZeros(int limit)
    {
        int zeros = BitOperations.TrailingZeroCount(Peek());
        if (zeros > limit || zeros >= Remaining)
        {
            throw new DataFormatException(
                $"{_what}: no one within {limit + 1} bits from bit {Position}, the code has {8L * _source.Length}.");
        }

        Position += zeros + 1;
        return zeros;
    }

    /// <summary>True if nothing but the padding of the last byte is left: fewer than 8 bits, all 0.</summary>
    public readonly bool IsAtPadding => Remaining < 8 && Peek() == 0;

    /// <summary>Refuses what lies behind the code: padding that is not 0, and whole bytes.</summary>
    /// <exception cref="DataFormatException">There is some.</exception>
    public readonly void Finish()
    {
        if (!IsAtPadding)
        {
            throw new DataFormatException(
                $"{_what}: the code ends at bit {Position}, behind it only zeros up to the byte may follow, there are {Remaining} bits.");
        }
    }

    /// <summary>At least 57 bits from the position on, zeros behind the end.</summary>
    private readonly ulong Peek()
    {
        int at = (int)(Position >> 3);
        if (at + sizeof(ulong) <= _source.Length)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(_source[at..]) >> (int)(Position & 7);
        }

        Span<byte> last = stackalloc byte[sizeof(ulong)];
        last.Clear();
        _source[at..].CopyTo(last);
        return BinaryPrimitives.ReadUInt64LittleEndian(last) >> (int)(Position & 7);
    }
}
