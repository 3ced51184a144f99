// SPDX-License-Identifier: Apache-2.0
// The safetensors format · huggingface/safetensors, format description in its README: 8 bytes header length, JSON header, data.
// Read and written here: float32 tensors that lie behind each other without gaps. The header is at most 16 MiB and everything in
// it is checked against the length of the file before anything is allocated.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace FedKernel.Updates;

/// <summary>A model on disk: its layout and its float32 values, readable by any tool of the field.</summary>
public static class SafetensorsFile
{
    private const int MaximumHeaderLength = 16 << 20;

    /// <summary>Writes a model.</summary>
    /// <param name="path">The file; replaced whole or not at all.</param>
    /// <param name="layout">Names and shapes.</param>
    /// <param name="values">As many values as the layout.</param>
    /// <param name="metadata">Notes for people, name to text.</param>
    public static void Write(
        string path, ParameterLayout layout, ReadOnlySpan<float> values, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Throw.IfLengthsDiffer(layout.Length, values.Length, nameof(layout), nameof(values));
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            WriteHeader(json, layout, metadata);
        }

        while (header.Length % 8 != 0)
        {
            header.WriteByte((byte)' ');
        }

        string unfinished = path + ".part";
        using (FileStream file = File.Create(unfinished))
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            file.Write(length);
            header.WriteTo(file);
            file.Write(MemoryMarshal.AsBytes(values));
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Reads the values of a model whose layout is known.</summary>
    /// <exception cref="DataFormatException">The file is damaged or holds a model of another layout.</exception>
    public static float[] Read(string path, ParameterLayout expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        (ParameterLayout layout, float[] values) = Read(path);
        return layout.Equals(expected)
            ? values
            : throw new DataFormatException($"'{path}' holds a model of another layout: {layout}; wanted is {expected}.");
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="DataFormatException">The file is damaged or holds what cannot be read here.</exception>
    public static (ParameterLayout Layout, float[] Values) Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> prefix = stackalloc byte[8];
        if (file.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
        {
            throw Bad(path, $"it has {file.Length} bytes, fewer than the 8 of its header length");
        }

        long headerLength = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (headerLength is < 2 or > MaximumHeaderLength || headerLength > file.Length - 8)
        {
            throw Bad(path, $"a header of {headerLength} bytes; allowed are 2 to {MaximumHeaderLength}, the file has {file.Length}");
        }

        var header = new byte[headerLength];
        file.ReadExactly(header);
        ParameterLayout layout = ParseHeader(path, header);
        long dataLength = file.Length - 8 - headerLength;
        if (layout.Length > dataLength / sizeof(float) || layout.Length * sizeof(float) != dataLength)
        {
            throw Bad(path, $"{layout.Length} values need {(Int128)layout.Length * sizeof(float)} bytes, {dataLength} follow");
        }

        var values = new float[layout.Length];
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return (layout, values);
    }

    private static void WriteHeader(
        Utf8JsonWriter json, ParameterLayout layout, IReadOnlyDictionary<string, string>? metadata)
    {
        json.WriteStartObject();
        if (metadata is { Count: > 0 })
        {
            json.WriteStartObject("__metadata__");
            foreach ((string name, string text) in metadata)
            {
                json.WriteString(name, text);
            }

            json.WriteEndObject();
        }

        foreach (ParameterSlot slot in layout.Slots)
        {
            json.WriteStartObject(slot.Name);
            json.WriteString("dtype", "F32");
            json.WriteStartArray("shape");
            foreach (long dimension in slot.Shape)
            {
                json.WriteNumberValue(dimension);
            }

            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(slot.Offset * sizeof(float));
            json.WriteNumberValue((slot.Offset + slot.Length) * sizeof(float));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static ParameterLayout ParseHeader(string path, byte[] header)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(header);
            var tensors = new List<(long Start, long End, string Name, IReadOnlyList<long> Shape)>();
            foreach (JsonProperty tensor in document.RootElement.EnumerateObject())
            {
                if (tensor.NameEquals("__metadata__"))
                {
                    continue;
                }

                string? type = tensor.Value.GetProperty("dtype").GetString();
                if (type != "F32")
                {
                    throw Bad(path, $"tensor '{tensor.Name}' is of type {type}; read here is F32");
                }

                JsonElement offsets = tensor.Value.GetProperty("data_offsets");
                long[] shape = [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
                tensors.Add((offsets[0].GetInt64(), offsets[1].GetInt64(), tensor.Name, shape));
            }

            // The order in the file is that of the data, whatever the order of the names.
            tensors.Sort((a, b) => a.Start.CompareTo(b.Start));
            var layout = new ParameterLayout(tensors.Select(t => (t.Name, t.Shape)));
            for (int i = 0; i < tensors.Count; i++)
            {
                ParameterSlot slot = layout.Slots[i];
                if (tensors[i].Start != slot.Offset * sizeof(float) || tensors[i].End - tensors[i].Start != slot.Length * sizeof(float))
                {
                    throw Bad(path, $"tensor '{slot.Name}' lies at {tensors[i].Start} to {tensors[i].End}; its shape and place say otherwise");
                }
            }

            return layout;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException
            or ArgumentException or OverflowException or FormatException or IndexOutOfRangeException)
        {
            throw Bad(path, $"its header is not valid: {e.Message}", e);
        }
    }

    private static DataFormatException Bad(string path, string what, Exception? inner = null) =>
        new($"'{path}' is no safetensors file that can be read here: {what}.", inner);
}
