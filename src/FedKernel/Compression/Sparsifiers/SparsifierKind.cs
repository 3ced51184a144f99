// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Sparsifiers;

/// <summary>What a sparsifier is called on the wire. A number is never used for another one.</summary>
public enum SparsifierKind : byte
{
    /// <summary>The k largest magnitudes of the whole vector.</summary>
    TopK = 1,

    /// <summary>The k largest magnitudes of every tensor.</summary>
    TopKPerTensor = 2,

    /// <summary>Every magnitude from a threshold on.</summary>
    Threshold = 3,

    /// <summary>About k: a threshold estimated from a sample.</summary>
    SampledThreshold = 4,

    /// <summary>k indices drawn by the client.</summary>
    RandomK = 5,

    /// <summary>k indices that both ends draw from a shared seed: they do not travel.</summary>
    SharedRandomK = 6,

    /// <summary>The blocks of largest norm, whole.</summary>
    BlockTopK = 7,
}
