// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using FedKernel.Compression.Frames;
using FedKernel.Compression.Pipelines;
using FedKernel.Updates;

namespace FedKernel.Cli.Codecs;

/// <summary>A frame on disk, byte for byte as it travels, and beside it the layout that a receiver has from its round plan.</summary>
internal static class CompressedFile
{
    private const int MaximumLayoutBytes = 64 << 20;

    /// <summary>Where the layout of a frame lies.</summary>
    public static string LayoutPath(string path) => path + ".layout.json";

    /// <summary>Writes both.</summary>
    public static void Write(string path, byte[] frame, ParameterLayout layout)
    {
        File.WriteAllBytes(path, frame);
        using FileStream stream = File.Create(LayoutPath(path));
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach (ParameterSlot slot in layout.Slots)
        {
            json.WriteStartObject();
            json.WriteString("name", slot.Name);
            json.WriteStartArray("shape");
            foreach (long dimension in slot.Shape)
            {
                json.WriteNumberValue(dimension);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The layout beside a frame.</summary>
    /// <exception cref="DataFormatException">The file is no such layout.</exception>
    public static ParameterLayout ReadLayout(string path)
    {
        string file = LayoutPath(path);
        if (!File.Exists(file))
        {
            throw new DataFormatException($"'{file}' is missing, the layout of '{path}'; name the original with --like, or a file of its layout.");
        }

        try
        {
            long length = new FileInfo(file).Length;
            if (length > MaximumLayoutBytes)
            {
                throw new DataFormatException($"'{file}' has {length} bytes; a layout has at most {MaximumLayoutBytes}.");
            }

            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
            return new ParameterLayout(json.RootElement.EnumerateArray().Select(t => (
                t.GetProperty("name").GetString() ?? "", (IReadOnlyList<long>)[.. t.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())])));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException
                                      or FormatException or OverflowException)
        {
            throw new DataFormatException($"'{file}' is no layout, a list of names and shapes: {e.Message}", e);
        }
    }

    /// <summary>The pipeline that a frame names.</summary>
    /// <exception cref="DataFormatException">The bytes are no frame, or name none that is known here.</exception>
    public static CompressionPipeline CodecOf(ReadOnlySpan<byte> frame)
    {
        var header = FrameHeader.Read(frame);
        if (header.NameBytes > frame.Length - FrameHeader.FixedLength)
        {
            throw new DataFormatException($"The frame says that its pipeline has {header.NameBytes} characters; {frame.Length} bytes are there.");
        }

        try
        {
            return CompressionPipeline.Parse(Encoding.ASCII.GetString(frame.Slice(FrameHeader.FixedLength, header.NameBytes)));
        }
        catch (ArgumentException e)
        {
            throw new DataFormatException($"The frame names a pipeline that is unknown here: {e.Message}", e);
        }
    }
}
