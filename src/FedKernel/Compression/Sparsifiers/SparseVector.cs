// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;

namespace FedKernel.Compression.Sparsifiers;

/// <summary>The values of a vector at some indices, strictly increasing; all others are 0. Owns its buffers.</summary>
public sealed class SparseVector : IDisposable
{
    /// <summary>Largest length of a vector that is made sparse: 2³² − 1.</summary>
    public const long MaximumLength = uint.MaxValue;

    /// <summary>Takes the buffers over.</summary>
    /// <param name="length">Elements of the dense vector: d, 1 to 2³² − 1.</param>
    /// <param name="indices">k of them, strictly increasing, below d.</param>
    /// <param name="values">k of them.</param>
    public SparseVector(long length, DeviceBuffer<uint> indices, DeviceBuffer<float> values)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(values);
        Throw.IfNotInRange(length, 1, MaximumLength);
        Throw.IfLengthsDiffer(indices.Length, values.Length, nameof(indices), nameof(values));
        (Length, Indices, Values) = (length, indices, values);
    }

    /// <summary>Elements of the dense vector: d.</summary>
    public long Length { get; }

    /// <summary>Elements that are kept: k.</summary>
    public long Count => Indices.Length;

    /// <summary>Where they are.</summary>
    public DeviceBuffer<uint> Indices { get; }

    /// <summary>What they are.</summary>
    public DeviceBuffer<float> Values { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Indices.Dispose();
        Values.Dispose();
    }
}
