// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Quantizers;

/// <summary>What a quantizer is called on the wire. A number is never used for another one.</summary>
public enum QuantizerKind : byte
{
    /// <summary>float32 as it is.</summary>
    Float32 = 0,

    /// <summary>IEEE binary16.</summary>
    Float16 = 1,

    /// <summary>The upper half of float32.</summary>
    BFloat16 = 2,

    /// <summary>8 bits, 4 of them exponent (OCP OFP8 E4M3).</summary>
    Float8E4M3 = 3,

    /// <summary>8 bits, 5 of them exponent (OCP OFP8 E5M2).</summary>
    Float8E5M2 = 4,

    /// <summary>8-bit integers over the largest magnitude of a block.</summary>
    Int8 = 16,

    /// <summary>4-bit integers over the largest magnitude of a block.</summary>
    Int4 = 17,

    /// <summary>Quantiles of a normal variable over the largest magnitude of a block (QLoRA).</summary>
    NormalFloat4 = 18,

    /// <summary>4-bit floats over the largest magnitude of a block.</summary>
    Float4 = 19,

    /// <summary>QSGD: stochastic levels over the Euclidean norm of a bucket.</summary>
    Qsgd = 32,

    /// <summary>TernGrad: −1, 0, 1 over the largest magnitude.</summary>
    TernGrad = 33,

    /// <summary>One bit, the sign, over the mean magnitude.</summary>
    Sign = 34,

    /// <summary>EDEN: Lloyd–Max levels of a rotated vector; DRIVE with one bit.</summary>
    Eden = 48,

    /// <summary>Integers of a rotated vector on a scale that all clients share.</summary>
    Lattice = 64,
}
