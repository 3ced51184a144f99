// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Quantizers;

/// <summary>What is to be encoded, for a quantizer that only has to name its kernel.</summary>
/// <typeparam name="TDecode">The kernel that decodes, which feedback needs.</typeparam>
internal readonly struct EncodeJob<TDecode>(
    DeviceBuffer<float> source, DeviceBuffer<float>? memory, EncodedValues destination, TDecode decode, int blockSize)
    where TDecode : unmanaged, IDecode
{
    /// <summary>Encodes, with feedback where there is a memory.</summary>
    public void Run<TEncode>(TEncode op)
        where TEncode : unmanaged, IEncode
    {
        if (memory is null)
        {
            source.Device.Encode(source, destination.Codes, destination.Scales, op, blockSize);
        }
        else
        {
            source.Device.EncodeWithFeedback(source, memory, destination.Codes, destination.Scales, op, decode, blockSize);
        }
    }
}

/// <summary>Streams of a client's rounding bits.</summary>
internal static class RoundingStreams
{
    /// <summary>The source of a context.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static RoundingSource Require(this EncodingContext context, string quantizer) =>
        context.Rounding ?? throw new ArgumentException($"'{quantizer}' rounds with random bits: it needs a source of them.", nameof(context));
}
