// SPDX-License-Identifier: Apache-2.0
// NumPy's .npy format, versions 1.0 to 3.0 · numpy.lib.format (NEP 1).
// Read here: little-endian float32, C order, rank at most 16. Everything in the file is hostile: the header is at most 64 KiB,
// the dictionary is parsed strictly, and the number of elements must fit the length of the file before anything is allocated.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace FedKernel.Updates;

/// <summary>Reads and writes float32 vectors as NumPy files, window by window, so that a file may exceed the memory.</summary>
public sealed partial class NpyFile : IUpdateSource, IDisposable
{
    private const int MaximumHeaderLength = 1 << 16;
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file;
    private readonly long _dataOffset;

    private NpyFile(Microsoft.Win32.SafeHandles.SafeFileHandle file, long dataOffset, long[] shape, long length)
    {
        _file = file;
        _dataOffset = dataOffset;
        Shape = shape;
        Length = length;
    }

    /// <summary>Dimensions, row-major.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>Opens a file and checks all of its header.</summary>
    /// <exception cref="DataFormatException">It is not a .npy file of little-endian float32 in C order, or it is cut.</exception>
    public static NpyFile Open(string path)
    {
        Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        try
        {
            return Parse(file, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a vector, or a tensor of the given shape.</summary>
    public static void Write(string path, ReadOnlySpan<float> values, IReadOnlyList<long>? shape = null)
    {
        IReadOnlyList<long> dimensions = shape ?? [values.Length];
        Throw.IfLengthsDiffer(dimensions.Aggregate(1L, (a, b) => checked(a * b)), values.Length, "shape", nameof(values));
        using FileStream stream = File.Create(path);
        stream.Write(Header(dimensions));
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Reads a window: destination[i] = element start + i.</summary>
    /// <exception cref="DataFormatException">The file became shorter since it was opened.</exception>
    public void Read(Span<float> destination, long start)
    {
        if (start < 0 || start > Length - destination.Length)
        {
            Throw.SliceOutside(start, destination.Length, Length);
        }

        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        long position = _dataOffset + (start * sizeof(float));
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(_file, bytes, position);
            if (read == 0)
            {
                throw new DataFormatException($"The file ended at byte {position}; it was longer when it was opened.");
            }

            bytes = bytes[read..];
            position += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>The header of a .npy file of little-endian float32: its data follow directly.</summary>
    public static byte[] Header(IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        string tuple = string.Concat(shape.Select(d => d.ToString(CultureInfo.InvariantCulture) + ", "));
        tuple = shape.Count == 1 ? tuple.TrimEnd(' ') : tuple.TrimEnd(' ', ',');
        string dictionary = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({tuple}), }}";
        int total = (10 + dictionary.Length + 1 + 63) / 64 * 64;
        var header = new byte[total];
        Magic.CopyTo(header);
        header[6] = 1;
        header[8] = (byte)(total - 10);
        header[9] = (byte)((total - 10) >> 8);
        header.AsSpan(10).Fill((byte)' ');
        Encoding.ASCII.GetBytes(dictionary, header.AsSpan(10));
        header[^1] = (byte)'\n';
        return header;
    }

    private static NpyFile Parse(Microsoft.Win32.SafeHandles.SafeFileHandle file, string path)
    {
        DataFormatException Bad(string what) => new($"'{path}' is no .npy file that can be read here: {what}.");

        long fileLength = RandomAccess.GetLength(file);
        Span<byte> start = stackalloc byte[12];
        int got = RandomAccess.Read(file, start, 0);
        if (got < 12 || !start.StartsWith(Magic))
        {
            throw Bad("it does not begin with \\x93NUMPY");
        }

        int major = start[6];
        (int lengthBytes, int headerLength) = major switch
        {
            1 => (2, start[8] | (start[9] << 8)),
            2 or 3 => (4, BitConverter.ToInt32(start[8..])),
            _ => throw Bad($"format version {major}, known are 1 to 3"),
        };
        if (headerLength is <= 0 or > MaximumHeaderLength || 8 + lengthBytes + headerLength > fileLength)
        {
            throw Bad($"a header of {headerLength} bytes, allowed are 1 to {MaximumHeaderLength} within the file");
        }

        var header = new byte[headerLength];
        if (RandomAccess.Read(file, header, 8 + lengthBytes) != headerLength)
        {
            throw Bad("the header is cut");
        }

        string text = Encoding.UTF8.GetString(header);
        Match match = HeaderPattern().Match(text);
        if (!match.Success)
        {
            // What is there helps: most often it is float64. Hostile text does not reach a terminal.
            string shown = string.Concat(text.Trim().Take(80).Select(c => c is >= ' ' and <= '~' ? c : '?'));
            throw Bad($"the header is no dictionary of descr '<f4', fortran_order False and shape but {shown}");
        }

        string[] parts = match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var shape = new long[parts.Length];
        Int128 length = 1;
        for (int i = 0; i < parts.Length; i++)
        {
            if (i >= 16 || !long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]))
            {
                throw Bad($"the shape ({match.Groups["shape"].Value}); at most 16 dimensions below 2^63");
            }

            length *= shape[i];
            if (length > long.MaxValue / sizeof(float))
            {
                throw Bad($"the shape ({match.Groups["shape"].Value}) has more than 2^61 elements");
            }
        }

        long dataOffset = 8 + lengthBytes + headerLength;
        if ((long)length * sizeof(float) > fileLength - dataOffset)
        {
            throw Bad($"{length} elements need {(long)length * sizeof(float)} bytes, {fileLength - dataOffset} follow");
        }

        return new NpyFile(file, dataOffset, shape, (long)length);
    }

    [GeneratedRegex(
        @"^\{'descr': '<f4', 'fortran_order': False, 'shape': \((?<shape>[0-9, ]*)\), \}\s*\z")]
    private static partial Regex HeaderPattern();
}
