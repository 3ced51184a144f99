// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace FedKernel.Training.Data;

/// <summary>Reads a small comma-separated file of numbers that may be hostile: bounded, and every error names line and column.</summary>
internal sealed class DelimitedText
{
    private readonly string _name;
    private readonly string[] _lines;

    private DelimitedText(string name, string[] lines)
    {
        _name = name;
        _lines = lines;
    }

    /// <summary>Number of lines, blank ones at the end left out.</summary>
    public int LineCount => _lines.Length;

    /// <summary>All bytes of a stream, at most <paramref name="maximumLength"/> of them.</summary>
    public static byte[] ReadBounded(Stream stream, string name, int maximumLength)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var memory = new MemoryStream();
        var piece = new byte[8192];
        int count;
        while ((count = stream.Read(piece)) > 0)
        {
            if (memory.Length + count > maximumLength)
            {
                throw new DataFormatException($"'{name}' has more than the {maximumLength} bytes that such a file may have.");
            }

            memory.Write(piece, 0, count);
        }

        return memory.ToArray();
    }

    public static DelimitedText Parse(ReadOnlySpan<byte> bytes, string name)
    {
        foreach (byte b in bytes)
        {
            if (b is not ((>= 0x20 and < 0x7F) or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                throw new DataFormatException($"'{name}' is no text of numbers: it holds the byte 0x{b:X2}.");
            }
        }

        return new DelimitedText(name, Encoding.ASCII.GetString(bytes).TrimEnd().Split('\n'));
    }

    /// <summary>The fields of a line, exactly <paramref name="count"/> of them.</summary>
    public string[] Fields(int line, int count)
    {
        string[] fields = _lines[line].TrimEnd('\r').Split(',', count + 2);
        return fields.Length == count
            ? fields
            : throw new DataFormatException(
                $"'{_name}', line {line + 1}: {(fields.Length > count ? "more than " + count : fields.Length)} columns; there must be {count}.");
    }

    /// <summary>The number in a field.</summary>
    public double Number(string[] fields, int line, int column, double least, double greatest)
    {
        bool isNumber = double.TryParse(
            fields[column].AsSpan().Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        // Written so that NaN fails.
        if (!isNumber || !(value >= least && value <= greatest))
        {
            string shown = fields[column].Length > 40 ? fields[column][..40] + "…" : fields[column];
            throw Error(line, column, $"'{shown}' is no number from {least} to {greatest}");
        }

        return value;
    }

    /// <summary>The number in a field, which must be whole.</summary>
    public int Integer(string[] fields, int line, int column, int least, int greatest)
    {
        double value = Number(fields, line, column, least, greatest);
        return value == Math.Floor(value)
            ? (int)value
            : throw Error(line, column, $"'{fields[column]}' is not one of the whole numbers {least} to {greatest}");
    }

    private DataFormatException Error(int line, int column, string what) =>
        new($"'{_name}', line {line + 1}, column {column + 1}: {what}.");
}
