// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Coding;

/// <summary>The codes of indices by their number on the wire, and which of them is the shortest.</summary>
/// <remarks>
/// <see cref="Choose"/> is a function of k and d alone: the code with the fewest expected bytes for a set drawn at random, the lowest
/// number on a tie. So a choice has one answer, a reader verifies it without reading the code, and a writer needs no second pass. The
/// rejected alternative, sizes of this very set, would save at most 7 % and only between densities of 0.21 and 0.38: outside of them
/// the order of the codes is the same for every set. Elias–Fano is never the shortest; a plan names it for its random access.
/// </remarks>
internal static class IndexCoder
{
    /// <summary>The codes that travel, by number.</summary>
    public static ReadOnlySpan<IndexCoding> All => [IndexCoding.Bitmap, IndexCoding.Rice, IndexCoding.EliasFano];

    /// <summary>The shortest code for k indices below d.</summary>
    public static IndexCoding Choose(long count, long length)
    {
        IndexCoding best = IndexCoding.Bitmap;
        foreach (IndexCoding coding in All)
        {
            if (ExpectedBytes(coding, count, length) < ExpectedBytes(best, count, length))
            {
                best = coding;
            }
        }

        return best;
    }

    /// <summary>Bytes of the code for k indices drawn at random below d, rounded up; exact but for Rice.</summary>
    public static long ExpectedBytes(IndexCoding coding, long count, long length)
    {
        if (coding == IndexCoding.Rice && count > 0)
        {
            IndexSet.CheckCount(count, length);
            return (long)Math.Ceiling(count * RiceParameter.ExpectedBits(count, length) / 8);
        }

        return MaximumBytes(coding, count, length);
    }

    /// <summary>Bytes that the code of no set of k indices below d exceeds.</summary>
    public static long MaximumBytes(IndexCoding coding, long count, long length) => coding switch
    {
        IndexCoding.Bitmap => BitmapCoder.MaximumBytes(count, length),
        IndexCoding.Rice => RiceCoder.MaximumBytes(count, length),
        IndexCoding.EliasFano => EliasFanoCoder.MaximumBytes(count, length),
        _ => throw Unknown(coding),
    };

    /// <inheritdoc cref="IIndexCoder.Encode"/>
    public static long Encode(IndexCoding coding, ReadOnlySpan<uint> indices, long length, Span<byte> destination) => coding switch
    {
        IndexCoding.Bitmap => BitmapCoder.Encode(indices, length, destination),
        IndexCoding.Rice => RiceCoder.Encode(indices, length, destination),
        IndexCoding.EliasFano => EliasFanoCoder.Encode(indices, length, destination),
        _ => throw Unknown(coding),
    };

    /// <inheritdoc cref="IIndexCoder.Decode"/>
    public static void Decode(IndexCoding coding, ReadOnlySpan<byte> source, long length, Span<uint> indices)
    {
        switch (coding)
        {
            case IndexCoding.Bitmap:
                BitmapCoder.Decode(source, length, indices);
                break;
            case IndexCoding.Rice:
                RiceCoder.Decode(source, length, indices);
                break;
            case IndexCoding.EliasFano:
                EliasFanoCoder.Decode(source, length, indices);
                break;
            default:
                throw Unknown(coding);
        }
    }

    private static ArgumentOutOfRangeException Unknown(IndexCoding coding) =>
        new(nameof(coding), coding, $"Must be a code that travels: one of {string.Join(", ", All.ToArray())}.");
}
