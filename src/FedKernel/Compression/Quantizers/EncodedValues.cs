// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;

namespace FedKernel.Compression.Quantizers;

/// <summary>Codes and scales of a vector on a device. Owns its buffers.</summary>
public sealed class EncodedValues : IDisposable
{
    /// <summary>Takes the buffers over.</summary>
    /// <param name="length">Values that are encoded.</param>
    /// <param name="codes">As many bytes as the quantizer says.</param>
    /// <param name="scales">As many as the quantizer says.</param>
    public EncodedValues(long length, DeviceBuffer<byte> codes, DeviceBuffer<float> scales)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(scales);
        (Length, Codes, Scales) = (length, codes, scales);
    }

    /// <summary>Values that are encoded.</summary>
    public long Length { get; }

    /// <summary>Codes, bit-packed as in <see cref="Kernels.IEncode"/>.</summary>
    public DeviceBuffer<byte> Codes { get; }

    /// <summary>Scales in the order of their blocks.</summary>
    public DeviceBuffer<float> Scales { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Codes.Dispose();
        Scales.Dispose();
    }
}
