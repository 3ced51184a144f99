// SPDX-License-Identifier: Apache-2.0
// IDX · Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", 1998, section "File formats": two zero bytes, the
// type of an element (08 = unsigned byte), the number of dimensions n, n dimensions as big-endian uint32, then the elements, the last
// dimension fastest. Read here: unsigned bytes in 1 to 4 dimensions, plain or in gzip (RFC 1952), told apart by their first bytes.
// Files may be hostile: the dimensions are held to a bound before anything is allocated, and exactly as many bytes as they declare
// are ever unpacked, plus one that must not be there.
using System.Buffers.Binary;
using System.IO.Compression;

namespace FedKernel.Training.Data;

/// <summary>An array of unsigned bytes.</summary>
public sealed class IdxFile
{
    private const int GreatestRank = 4;

    private readonly int[] _shape;
    private readonly byte[] _values;

    private IdxFile(int[] shape, byte[] values) => (_shape, _values) = (shape, values);

    /// <summary>The dimensions, 1 to 4 of them, each at least 1.</summary>
    public IReadOnlyList<int> Shape => _shape;

    /// <summary>The elements, the last dimension fastest.</summary>
    public ReadOnlySpan<byte> Values => _values;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Plain or gzip.</param>
    /// <param name="maximumLength">Most elements that are believed, 1 to 2³⁰.</param>
    /// <exception cref="DataFormatException">It is no such file, declares more, is cut short, damaged, or has bytes behind its end.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IdxFile Read(string path, int maximumLength)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path, maximumLength);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">Plain or gzip; one that can seek.</param>
    /// <param name="name">How errors name it.</param>
    /// <param name="maximumLength">Most elements that are believed, 1 to 2³⁰.</param>
    /// <exception cref="DataFormatException">As for files.</exception>
    public static IdxFile Read(Stream stream, string name, int maximumLength)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Throw.IfNotInRange(maximumLength, 1, 1 << 30);
        long start = stream.Position;
        Span<byte> magic = stackalloc byte[2];
        bool zipped = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
        stream.Position = start;
        try
        {
            if (!zipped)
            {
                return ReadPlain(stream, name, maximumLength);
            }

            using var plain = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
            IdxFile file = ReadPlain(plain, name, maximumLength);
            CheckEnd(stream, name, 4L + (4 * file._shape.Length) + file._values.Length);
            return file;
        }
        catch (InvalidDataException e)
        {
            throw new DataFormatException($"'{name}' is a damaged gzip file: {e.Message}");
        }
    }

    /// <summary>The unpacked length stands in the last four bytes; the platform takes a file that is cut within them, or that goes on behind.</summary>
    private static void CheckEnd(Stream stream, string name, long unpackedLength)
    {
        Span<byte> end = stackalloc byte[4];
        stream.Position = stream.Length - end.Length;
        Require(
            Fill(stream, end) == 4 && BinaryPrimitives.ReadUInt32LittleEndian(end) == unpackedLength, name, "is a gzip file that is cut short or goes on behind its end");
    }

    private static IdxFile ReadPlain(Stream stream, string name, int maximumLength)
    {
        Span<byte> head = stackalloc byte[4 * (1 + GreatestRank)];
        Require(Fill(stream, head[..4]) == 4, name, "is shorter than the 4 bytes that an IDX file starts with");
        if (head is not [0, 0, 0x08, >= 1 and <= GreatestRank, ..])
        {
            throw new DataFormatException(
                $"'{name}' starts with {Convert.ToHexString(head[..4])}; an IDX file of bytes starts with 000008 and 01 to 0{GreatestRank}.");
        }

        var shape = new int[head[3]];
        Span<byte> dimensions = head.Slice(4, 4 * shape.Length);
        Require(Fill(stream, dimensions) == dimensions.Length, name, $"ends within its {shape.Length} dimensions");
        long length = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(dimensions[(4 * i)..]);
            // Each factor is below 2³² and the product before it at most 2³⁰: no overflow.
            length *= size;
            Require(size >= 1 && length <= maximumLength, name, $"declares {size} for dimension {i + 1}; each must be at least 1 and their product at most {maximumLength}");
            shape[i] = (int)size;
        }

        var values = new byte[length];
        int found = Fill(stream, values);
        Require(found == length, name, $"is cut short: it declares {length} elements and holds {found}");
        Require(stream.ReadByte() < 0, name, $"goes on behind the {length} elements that it declares");
        return new IdxFile(shape, values);
    }

    private static int Fill(Stream stream, Span<byte> bytes) => stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);

    private static void Require(bool holds, string name, string otherwise)
    {
        if (!holds)
        {
            throw new DataFormatException($"'{name}' {otherwise}.");
        }
    }
}
