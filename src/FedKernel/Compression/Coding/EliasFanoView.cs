// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;

namespace FedKernel.Compression.Coding;

/// <summary>Random access to an Elias–Fano code: an element or a membership costs a search in a directory and one block of 512 bits.</summary>
internal readonly ref struct EliasFanoView
{
    private const int BlockBits = 512;

    private readonly ReadOnlySpan<byte> _source, _upper;
    private readonly Span<uint> _directory;
    private readonly long _length;
    private readonly int _bits;

    /// <summary>Opens a code, examined whole as <see cref="EliasFanoCoder.Decode"/> does, without writing its indices down.</summary>
    /// <param name="source">All bytes of the code and no other.</param>
    /// <param name="length">d.</param>
    /// <param name="count">k.</param>
    /// <param name="directory">Memory for <see cref="DirectoryLength"/> words: the ones before each block.</param>
    /// <exception cref="DataFormatException">What no encoder writes: names what and where.</exception>
    public EliasFanoView(ReadOnlySpan<byte> source, long length, int count, Span<uint> directory)
    {
        EliasFanoCoder.CheckParts(source, length, count);
        (Count, _length) = (count, length);
        _source = source;
        if (count == 0)
        {
            return;
        }

        _bits = EliasFanoCoder.LowerBits(count, length);
        _upper = source[(int)FixedWidth.Bytes(count, _bits)..];
        _directory = directory[..DirectoryLength(count, length)];
        long before = -1;
        int i = 0;
        for (int b = 0; b < _directory.Length; b++)
        {
            _directory[b] = (uint)i;
            for (int w = b * (BlockBits / 64); w < (b + 1) * (BlockBits / 64); w++)
            {
                for (ulong word = Word(w); word != 0; word &= word - 1)
                {
                    uint index = Join((64L * w) + BitOperations.TrailingZeroCount(word), i);
                    EliasFanoCoder.CheckNext(i, index, before, length);
                    before = index;
                    i++;
                }
            }
        }
    }

    /// <summary>k</summary>
    public int Count { get; }

    /// <summary>Words of the directory.</summary>
    public static int DirectoryLength(long count, long length) =>
        count == 0 ? 0 : (int)((EliasFanoCoder.UpperBits(count, length) + BlockBits - 1) / BlockBits);

    /// <summary>Index i of the set.</summary>
    /// <param name="i">0 to k − 1.</param>
    public uint ElementAt(int i)
    {
        Throw.IfNotInRange(i, 0, Count - 1);
        return Join(Select((uint)i, ones: true), i);
    }

    /// <summary>True if the index is in the set.</summary>
    public bool Contains(uint index)
    {
        if (Count == 0 || index >= _length)
        {
            return false;
        }

        // Indices with these upper bits are the ones between zero u − 1 and zero u.
        uint upper = index >> _bits;
        long position = upper == 0 ? 0 : Select(upper - 1, ones: false) + 1;
        for (int i = (int)(position - upper); i < Count && IsOne(position); i++, position++)
        {
            if (Join(position, i) >= index)
            {
                return Join(position, i) == index;
            }
        }

        return false;
    }

    private uint Join(long position, int i) => (uint)((position - i) << _bits) | FixedWidth.Read(_source, i, _bits);

    private bool IsOne(long position) => ((_upper[(int)(position >> 3)] >> (int)(position & 7)) & 1) != 0;

    /// <summary>The position of one, or of zero, number <paramref name="rank"/>.</summary>
    private long Select(uint rank, bool ones)
    {
        int least = 0, most = _directory.Length - 1;
        while (least < most)
        {
            int middle = (int)(((long)least + most + 1) >> 1);
            if (Before(middle, ones) <= rank)
            {
                least = middle;
            }
            else
            {
                most = middle - 1;
            }
        }

        long left = rank - Before(least, ones);
        for (int w = least * (BlockBits / 64); ; w++)
        {
            ulong word = ones ? Word(w) : ~Word(w);
            int inWord = BitOperations.PopCount(word);
            if (left < inWord)
            {
                return (64L * w) + SelectInWord(word, (int)left);
            }

            left -= inWord;
        }
    }

    private long Before(int block, bool ones) => ones ? _directory[block] : ((long)block * BlockBits) - _directory[block];

    private static int SelectInWord(ulong word, int rank)
    {
        for (; rank > 0; rank--)
        {
            word &= word - 1;
        }

        return BitOperations.TrailingZeroCount(word);
    }

    /// <summary>Word w of the upper part, zeros behind its end.</summary>
    private ulong Word(int w)
    {
        long at = 8L * w;
        if (at + sizeof(ulong) <= _upper.Length)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(_upper[(int)at..]);
        }

        ulong word = 0;
        for (long i = _upper.Length - 1; i >= at; i--)
        {
            word = (word << 8) | _upper[(int)i];
        }

        return word;
    }
}
