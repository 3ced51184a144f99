// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Coding;

/// <summary>Bitmap: bit x is 1 if index x is in the set. ⌈d/8⌉ bytes for any set below d; the shortest code from a density of 0.38 on.</summary>
internal readonly struct BitmapCoder : IIndexCoder
{
    private const string What = "Bitmap";

    /// <inheritdoc/>
    public static IndexCoding Coding => IndexCoding.Bitmap;

    /// <inheritdoc/>
    /// <remarks>Exact.</remarks>
    public static long MaximumBytes(long count, long length)
    {
        IndexSet.CheckCount(count, length);
        return (length + 7) >> 3;
    }

    /// <inheritdoc/>
    public static long Encode(ReadOnlySpan<uint> indices, long length, Span<byte> destination)
    {
        IndexSet.Check(indices, length);
        long bytes = MaximumBytes(indices.Length, length);
        var ones = new OnesWriter(destination[..(int)bytes]);
        foreach (uint index in indices)
        {
            ones.Set(index);
        }

        ones.Finish(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public static void Decode(ReadOnlySpan<byte> source, long length, Span<uint> indices)
    {
        IndexSet.CheckBytes(What, source.Length, MaximumBytes(indices.Length, length));
        IndexSet.CheckPadding(What, source, length);
        IndexSet.CheckOnes(What, source, indices.Length);
        OnesReader.Read(source, indices, default(Position));
    }

    private readonly struct Position : IOneTarget
    {
        public uint Invoke(long position, int i) => (uint)position;
    }
}
