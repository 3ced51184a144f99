// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;

namespace FedKernel.Compression.Sparsifiers;

/// <summary>The contract of everything that keeps some elements of a vector and drops the others.</summary>
/// <remarks>Immutable and without state. The same values and context give the same indices on every device.</remarks>
public abstract class Sparsifier
{
    /// <summary>Its number on the wire.</summary>
    public abstract SparsifierKind Kind { get; }

    /// <summary>Its canonical text with parameters, as in a pipeline: topk:0.01.</summary>
    public abstract string Name { get; }

    /// <summary>True if the indices follow from <see cref="EncodingContext.Seed"/> and d: they do not travel.</summary>
    public virtual bool SharesIndices => false;

    /// <summary>What it promises for vectors of d values.</summary>
    public abstract StageTraits Describe(long length);

    /// <summary>The largest number of elements that it may keep of a vector read by this layout: what a receiver allocates for.</summary>
    public abstract long MaximumCount(Updates.ParameterLayout layout);

    /// <summary>Chooses and copies; what it keeps may be scaled, as random-k does to stay unbiased.</summary>
    /// <param name="source">d values, left as they are.</param>
    /// <param name="context">Layout, round, seed.</param>
    /// <exception cref="ProtocolException">A value is NaN or infinite: its index is named.</exception>
    public abstract SparseVector Select(DeviceBuffer<float> source, EncodingContext context);

    /// <summary>The indices that both ends know, strictly increasing; only where <see cref="SharesIndices"/>.</summary>
    /// <param name="layout">How the vector is read.</param>
    /// <param name="seed">The seed that came with the frame.</param>
    public virtual uint[] SharedIndices(Updates.ParameterLayout layout, SharedSeed seed) =>
        throw new NotSupportedException($"The indices of '{Name}' travel.");
}
