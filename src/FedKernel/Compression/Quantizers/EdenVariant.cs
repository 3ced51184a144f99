// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Quantizers;

/// <summary>What published vectors of DRIVE leave out or choose otherwise; only the usual one travels.</summary>
/// <param name="Rotations">Hadamard rotations: 2; 0 where a vector is quantized as it is.</param>
/// <param name="IsUnbiased">Scale ‖x‖²/⟨c, Rx⟩; else the one of least distortion, ⟨c, Rx⟩/⟨c, c⟩: with one bit ‖Rx‖₁/d.</param>
internal readonly record struct EdenVariant(int Rotations, bool IsUnbiased)
{
    /// <summary>Log2 of the shortest block: with fewer values the two rotations are far from uniform.</summary>
    public const int LeastStages = 10;

    public static EdenVariant Usual => new(2, true);
}
