// SPDX-License-Identifier: Apache-2.0
// "FKS", version, SHA-256 of the pipeline's name, fingerprint of the layout, vectors of the memory, CRC-32C; little-endian.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FedKernel.Compression.Frames;
using FedKernel.Devices;
using FedKernel.Updates;

namespace FedKernel.Compression.Pipelines;

/// <summary>What a client keeps of a pipeline between rounds, as bytes.</summary>
internal static class CompressorState
{
    private const byte Version = 1;
    private const int HeaderLength = 68;

    public static byte[] Save(CompressionPipeline pipeline, ParameterLayout layout, IReadOnlyList<DeviceBuffer<float>> memory)
    {
        long bytes = TotalBytes(memory);
        if (bytes > Array.MaxLength)
        {
            throw new ProtocolException($"The state of '{pipeline.Name}' has {bytes} bytes; at most {Array.MaxLength}.");
        }

        var state = new byte[bytes];
        "FKS"u8.CopyTo(state);
        state[3] = Version;
        pipeline.Fingerprint().CopyTo(state, 4);
        layout.Fingerprint.CopyTo(state.AsSpan(36));
        Span<float> values = MemoryMarshal.Cast<byte, float>(state.AsSpan(HeaderLength..^FrameChecksum.Length));
        foreach (DeviceBuffer<float> vector in memory)
        {
            vector.CopyTo(values[..(int)vector.Length]);
            values = values[(int)vector.Length..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(^FrameChecksum.Length..), FrameChecksum.Of(state.AsSpan(..^FrameChecksum.Length)));
        return state;
    }

    public static void Restore(
        ReadOnlySpan<byte> state, CompressionPipeline pipeline, ParameterLayout layout, IReadOnlyList<DeviceBuffer<float>> memory)
    {
        ReadOnlySpan<float> values = Values(state, pipeline, layout, TotalBytes(memory));
        foreach (DeviceBuffer<float> vector in memory)
        {
            vector.CopyFrom(values[..(int)vector.Length]);
            values = values[(int)vector.Length..];
        }
    }

    private static long TotalBytes(IReadOnlyList<DeviceBuffer<float>> memory) =>
        HeaderLength + (memory.Sum(m => m.Length) * sizeof(float)) + FrameChecksum.Length;

    private static ReadOnlySpan<float> Values(ReadOnlySpan<byte> state, CompressionPipeline pipeline, ParameterLayout layout, long wanted)
    {
        if (state.Length < HeaderLength + FrameChecksum.Length || !state[..3].SequenceEqual("FKS"u8) || state[3] != Version)
        {
            throw new DataFormatException($"{state.Length} bytes are no state of a compressor: it begins with FKS and version {Version}.");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(state[^FrameChecksum.Length..]) != FrameChecksum.Of(state[..^FrameChecksum.Length]))
        {
            throw new DataFormatException("The state of the compressor is damaged: its checksum is another.");
        }

        bool isPipeline = state.Slice(4, 32).SequenceEqual(pipeline.Fingerprint()), isLayout = state.Slice(36, 32).SequenceEqual(layout.Fingerprint);
        if (!isPipeline || !isLayout)
        {
            string other = isPipeline ? "" : $" another pipeline than '{pipeline.Name}'", and = isPipeline || isLayout ? "" : " and";
            throw new DataFormatException($"The state is of{other}{and}{(isLayout ? "" : $" another layout than {layout}")}.");
        }

        if (state.Length != wanted)
        {
            throw new DataFormatException($"The state of the compressor has {state.Length} bytes; '{pipeline.Name}' keeps {wanted} for this layout.");
        }

        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(state[HeaderLength..^FrameChecksum.Length]);
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                throw new DataFormatException($"The state holds {value}; every value must be finite.");
            }
        }

        return values;
    }
}
