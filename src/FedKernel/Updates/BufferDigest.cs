// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedKernel.Devices;

namespace FedKernel.Updates;

/// <summary>The name of a vector's bits.</summary>
public static class BufferDigest
{
    private const int Window = 1 << 16;

    /// <summary>SHA-256 over the float32 values, little-endian, in lower-case hex. Reads the buffer window by window.</summary>
    public static string Sha256(DeviceBuffer<float> buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var window = new float[(int)Math.Min(Window, buffer.Length)];
        for (long start = 0; start < buffer.Length; start += Window)
        {
            Span<float> part = window.AsSpan(0, (int)Math.Min(Window, buffer.Length - start));
            buffer.CopyTo(part, start);
            hash.AppendData(MemoryMarshal.AsBytes(part));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
