// SPDX-License-Identifier: Apache-2.0
// "FKS", version, SHA-256 of the pipeline's name, fingerprint of the layout, values of the memory, CRC-32C; little-endian.
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

    public static byte[] Save(CompressionPipeline pipeline, ParameterLayout layout, DeviceBuffer<float>? memory)
    {
        var state = new byte[checked(HeaderLength + (int)((memory?.Length ?? 0) * sizeof(float)) + FrameChecksum.Length)];
        "FKS"u8.CopyTo(state);
        state[3] = Version;
        pipeline.Fingerprint().CopyTo(state, 4);
        layout.Fingerprint.CopyTo(state.AsSpan(36));
        memory?.CopyTo(MemoryMarshal.Cast<byte, float>(state.AsSpan(HeaderLength..^FrameChecksum.Length)));
        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(^FrameChecksum.Length..), FrameChecksum.Of(state.AsSpan(..^FrameChecksum.Length)));
        return state;
    }

    public static void Restore(ReadOnlySpan<byte> state, CompressionPipeline pipeline, ParameterLayout layout, DeviceBuffer<float>? memory)
    {
        long wanted = HeaderLength + ((memory?.Length ?? 0) * sizeof(float)) + FrameChecksum.Length;
        if (state.Length != wanted || !state[..3].SequenceEqual("FKS"u8) || state[3] != Version)
        {
            throw new DataFormatException(
                $"{state.Length} bytes are no state of a compressor: it begins with FKS and version {Version} and has {wanted} bytes for '{pipeline.Name}'.");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(state[^FrameChecksum.Length..]) != FrameChecksum.Of(state[..^FrameChecksum.Length]))
        {
            throw new DataFormatException("The state of the compressor is damaged: its checksum is another.");
        }

        if (!state.Slice(4, 32).SequenceEqual(pipeline.Fingerprint()) || !state.Slice(36, 32).SequenceEqual(layout.Fingerprint))
        {
            throw new DataFormatException($"The state is one of another pipeline than '{pipeline.Name}' or of another layout than {layout}.");
        }

        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(state[HeaderLength..^FrameChecksum.Length]);
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                throw new DataFormatException($"The state holds {value}; every value must be finite.");
            }
        }

        memory?.CopyFrom(values);
    }
}
