// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedKernel.Random;

namespace FedKernel.Compression;

/// <summary>
/// 256 public bits that both ends know: they choose a rotation or a set of indices, so neither travels. They hide nothing; they
/// must only be unknown to whoever chooses the values.
/// </summary>
public sealed class SharedSeed : IEquatable<SharedSeed>
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 32;

    private readonly byte[] _bytes;

    /// <summary>A seed that came with a plan or a frame.</summary>
    /// <param name="bytes">32 bytes.</param>
    public SharedSeed(ReadOnlySpan<byte> bytes)
    {
        Throw.IfLengthsDiffer(Length, bytes.Length, "a shared seed", nameof(bytes));
        _bytes = bytes.ToArray();
    }

    /// <summary>The bytes, as they travel.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A fresh one from the operating system.</summary>
    public static SharedSeed Generate() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>One of a simulation, the same on every run.</summary>
    /// <param name="seed">Seed of the simulation.</param>
    /// <param name="round">Number of the round.</param>
    /// <param name="tensor">Which seed of the round.</param>
    public static SharedSeed Of(SimulationSeed seed, uint round, uint tensor = 0)
    {
        Span<byte> text = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(text, seed.Value);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(text[8..], round);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(text[12..], tensor);
        return new SharedSeed(SHA256.HashData(text));
    }

    /// <summary>The stream that it keys.</summary>
    internal ChaCha20Stream Stream(StreamPurpose purpose, uint tensor = 0) =>
        new(MemoryMarshal.Cast<byte, uint>(_bytes), new StreamId(0, purpose, tensor));

    /// <inheritdoc/>
    public bool Equals(SharedSeed? other) => other is not null && Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SharedSeed);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_bytes);
}
