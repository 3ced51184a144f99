// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FedKernel.Random;

/// <summary>256 secret bits. The only key of randomness that protects anyone; no conversion leads here from a seed.</summary>
/// <remarks>
/// The bits are erased on disposal. Who holds the key can reproduce every stream: keep it as long as an audit needs it and no
/// longer. Instances are safe to read from several threads.
/// </remarks>
public sealed class SecretKey256 : IDisposable
{
    /// <summary>Length of a key: 32 bytes.</summary>
    public const int LengthInBytes = 32;

    private readonly byte[] _bytes;
    private bool _erased;

    private SecretKey256(byte[] bytes) => _bytes = bytes;

    /// <summary>A fresh key from the operating system's generator.</summary>
    public static SecretKey256 Create() => new(RandomNumberGenerator.GetBytes(LengthInBytes));

    /// <summary>A key that somebody stored.</summary>
    /// <param name="bytes">Exactly 32 bytes, not all zero.</param>
    /// <exception cref="ArgumentException">The length is not 32, or every byte is zero.</exception>
    public static SecretKey256 Import(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != LengthInBytes)
        {
            throw new ArgumentException($"A key has {LengthInBytes} bytes; got {bytes.Length}.", nameof(bytes));
        }

        if (!bytes.ContainsAnyExcept((byte)0))
        {
            throw new ArgumentException("All 32 bytes are zero: that is no key but memory never written.", nameof(bytes));
        }

        return new SecretKey256(bytes.ToArray());
    }

    /// <summary>The ChaCha20 stream of this key with the given name.</summary>
    /// <exception cref="ObjectDisposedException">The key was erased.</exception>
    public ChaCha20Stream CreateStream(StreamId id)
    {
        ObjectDisposedException.ThrowIf(_erased, this);
        Span<uint> words = stackalloc uint[8];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(4 * i));
        }

        var stream = new ChaCha20Stream(words, id);
        CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words));
        return stream;
    }

    /// <summary>Erases the key.</summary>
    public void Dispose()
    {
        _erased = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }
}
