// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace FedKernel.Updates;

/// <summary>Where one tensor of a model lies in the flat vector.</summary>
/// <param name="Name">Name of the tensor, 1 to 512 bytes of UTF-8.</param>
/// <param name="Shape">Its dimensions, row-major; empty for a scalar.</param>
/// <param name="Offset">Index of its first element in the flat vector.</param>
/// <param name="Length">Number of its elements: the product of the dimensions.</param>
public sealed record ParameterSlot(string Name, IReadOnlyList<long> Shape, long Offset, long Length);

/// <summary>Names, shapes and offsets of a model's tensors: how a flat vector is read. Immutable.</summary>
public sealed class ParameterLayout : IEquatable<ParameterLayout>
{
    /// <summary>Length of <see cref="Fingerprint"/> in bytes.</summary>
    public const int FingerprintLength = 32;

    private const int MaximumTensorCount = 1 << 20;
    private const int MaximumNameLength = 512;
    private const int MaximumRank = 16;
    private readonly byte[] _fingerprint;

    /// <summary>Lays tensors behind each other in the order given.</summary>
    /// <param name="tensors">1 to 2²⁰ tensors with distinct names; dimensions at least 1, rank at most 16.</param>
    /// <exception cref="ArgumentException">A name is empty, too long or repeated, or a dimension is out of range.</exception>
    public ParameterLayout(IEnumerable<(string Name, IReadOnlyList<long> Shape)> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var slots = new List<ParameterSlot>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        long offset = 0;
        foreach ((string name, IReadOnlyList<long> shape) in tensors)
        {
            Throw.IfNotInRange(slots.Count, 0, MaximumTensorCount - 1, "number of tensors");
            Throw.IfNotInRange(Encoding.UTF8.GetByteCount(name), 1, MaximumNameLength, $"length of the name '{name}'");
            if (!names.Add(name))
            {
                throw new ArgumentException($"Two tensors are named '{name}'.", nameof(tensors));
            }

            Throw.IfNotInRange(shape.Count, 0, MaximumRank, $"rank of '{name}'");
            long length = 1;
            foreach (long dimension in shape)
            {
                Throw.IfNotInRange(dimension, 1, long.MaxValue / 64 / length, $"dimension of '{name}'");
                length *= dimension;
            }

            slots.Add(new ParameterSlot(name, [.. shape], offset, length));
            offset = checked(offset + length);
        }

        Throw.IfNotInRange(slots.Count, 1, MaximumTensorCount, "number of tensors");
        Slots = slots;
        Length = offset;
        _fingerprint = ComputeFingerprint(slots);
    }

    /// <summary>The tensors in order.</summary>
    public IReadOnlyList<ParameterSlot> Slots { get; }

    /// <summary>Elements of the flat vector: d.</summary>
    public long Length { get; }

    /// <summary>SHA-256 over names and shapes in order: two layouts are the same if and only if these are.</summary>
    public ReadOnlySpan<byte> Fingerprint => _fingerprint;

    /// <summary>A layout of one vector.</summary>
    public static ParameterLayout Flat(long length, string name = "values") => new([(name, [length])]);

    /// <inheritdoc/>
    public bool Equals(ParameterLayout? other) => other is not null && Fingerprint.SequenceEqual(other.Fingerprint);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterLayout);

    /// <inheritdoc/>
    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(_fingerprint);

    /// <summary>The tensors, for messages: weight[1,13] bias[1].</summary>
    public override string ToString()
    {
        IEnumerable<string> shown = Slots.Take(4).Select(s => $"{s.Name}[{string.Join(',', s.Shape)}]");
        return string.Join(' ', shown) + (Slots.Count > 4 ? $" … {Slots.Count} tensors, {Length} values" : "");
    }

    private static byte[] ComputeFingerprint(List<ParameterSlot> slots)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        foreach (ParameterSlot slot in slots)
        {
            byte[] name = Encoding.UTF8.GetBytes(slot.Name);
            BinaryPrimitives.WriteInt64LittleEndian(number, name.Length);
            hash.AppendData(number);
            hash.AppendData(name);
            BinaryPrimitives.WriteInt64LittleEndian(number, slot.Shape.Count);
            hash.AppendData(number);
            foreach (long dimension in slot.Shape)
            {
                BinaryPrimitives.WriteInt64LittleEndian(number, dimension);
                hash.AppendData(number);
            }
        }

        return hash.GetHashAndReset();
    }
}
