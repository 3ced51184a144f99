// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Coding;

/// <summary>The contract of a code for k strictly increasing indices below d. Canonical: one sequence of bytes for a set.</summary>
internal interface IIndexCoder
{
    /// <summary>Its number on the wire.</summary>
    static abstract IndexCoding Coding { get; }

    /// <summary>Exact bytes of the code, or a close estimate from above that costs no more than a pass over the indices.</summary>
    static abstract long MaximumBytes(long count, long length);

    /// <summary>Writes.</summary>
    /// <param name="indices">Strictly increasing, below <paramref name="length"/>.</param>
    /// <param name="length">d, at most 2³² − 1.</param>
    /// <param name="destination">At least <see cref="MaximumBytes"/>.</param>
    /// <returns>Bytes written.</returns>
    static abstract long Encode(ReadOnlySpan<uint> indices, long length, Span<byte> destination);

    /// <summary>Reads hostile bytes: every index is written, strictly increasing and below d, or the code is refused.</summary>
    /// <param name="source">All bytes of the code and no other.</param>
    /// <param name="length">d.</param>
    /// <param name="indices">k of them.</param>
    /// <exception cref="DataFormatException">What no encoder writes: names what and where.</exception>
    static abstract void Decode(ReadOnlySpan<byte> source, long length, Span<uint> indices);
}
