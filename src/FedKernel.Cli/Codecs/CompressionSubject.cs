// SPDX-License-Identifier: Apache-2.0
using FedKernel.Updates;

namespace FedKernel.Cli.Codecs;

/// <summary>The vector that is compressed, and how it is read.</summary>
/// <param name="Name">For people: the file, or what was drawn.</param>
/// <param name="Layout">Its tensors.</param>
/// <param name="Values">As many values as the layout, all finite.</param>
internal sealed record CompressionSubject(string Name, ParameterLayout Layout, float[] Values)
{
    /// <summary>Bytes of the values as float32.</summary>
    public long Bytes => sizeof(float) * Layout.Length;

    /// <summary>Reads a .npy or .safetensors file; which of them it is, its first bytes say.</summary>
    /// <exception cref="DataFormatException">It is neither, is damaged, is not float32, is empty, or holds NaN or an infinity.</exception>
    public static CompressionSubject Load(string path)
    {
        (ParameterLayout layout, float[] values) = IsNpy(path) ? LoadNpy(path) : SafetensorsFile.Read(path);
        int broken = Array.FindIndex(values, v => !float.IsFinite(v));
        return broken < 0
            ? new CompressionSubject(Path.GetFileName(path), layout, values)
            : throw new DataFormatException($"'{path}': value {broken} is {values[broken]}; only finite values can be compressed.");
    }

    /// <summary>How a file is read, without its values where the format allows that.</summary>
    /// <inheritdoc cref="Load"/>
    public static ParameterLayout LoadLayout(string path)
    {
        if (!IsNpy(path))
        {
            return SafetensorsFile.Read(path).Layout;
        }

        using NpyFile file = NpyFile.Open(path);
        return LayoutOf(file, path);
    }

    private static bool IsNpy(string path)
    {
        using FileStream stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[9];
        int got = stream.ReadAtLeast(start, 9, throwOnEndOfStream: false);
        bool isNpy = got > 0 && start[0] == 0x93, isSafetensors = got == 9 && start[8] == (byte)'{';
        return isNpy || isSafetensors
            ? isNpy
            : throw new DataFormatException($"'{path}' begins neither as a .npy nor as a .safetensors file.");
    }

    private static (ParameterLayout Layout, float[] Values) LoadNpy(string path)
    {
        using NpyFile file = NpyFile.Open(path);
        ParameterLayout layout = LayoutOf(file, path);
        var values = new float[layout.Length];
        file.Read(values, 0);
        return (layout, values);
    }

    private static ParameterLayout LayoutOf(NpyFile file, string path) => file.Length is > 0 and <= 0x7FFFFFC7
        ? new ParameterLayout([("values", file.Shape)])
        : throw new DataFormatException($"'{path}' holds {file.Length} values; 1 to {0x7FFFFFC7} can be compressed here.");
}
