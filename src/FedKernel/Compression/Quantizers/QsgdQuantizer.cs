// SPDX-License-Identifier: Apache-2.0
// QSGD · D. Alistarh, D. Grubic, J. Li, R. Tomioka, M. Vojnovic, "QSGD: communication-efficient SGD via gradient quantization and
// encoding", NeurIPS 2017, section 3.1 and lemma 3.1 · s: levels, 1 to 127; B: bucket, a power of two from 32 to 4096.
// C(x) = ‖x‖₂/s · ξ for each bucket, ξ one of the two integers around s·x/‖x‖₂, with E[ξ] = s·x/‖x‖₂ up to 2⁻¹⁶.
// Ours: codes of a fixed width of 2 to 8 bits, which rANS shortens, instead of Elias codes; a bucket below 2⁻¹⁰⁰ is zero.
using System.Numerics;
using FedKernel.Kernels;

namespace FedKernel.Compression.Quantizers;

/// <summary>QSGD: levels over the Euclidean norm of a bucket. Unbiased; E‖C(x) − x‖² ≤ min(B/s², √B/s)·‖x‖².</summary>
/// <remarks>
/// The norm of a bucket is above its largest magnitude, so most codes are small and rANS pays. Not promised: fewer errors than int8
/// of the same bits.
/// </remarks>
internal sealed class QsgdQuantizer<TWidth>(int levels, int bucket) : LevelQuantizer<TWidth, OverEuclidean>(levels, bucket)
    where TWidth : struct, IIntegerWidth
{
    public override QuantizerKind Kind => QuantizerKind.Qsgd;

    public override string Name => $"qsgd:{Levels},{BlockSize}";

    public override StageTraits Describe(long length)
    {
        double d = Math.Min(length, BlockSize);
        return new(IsUnbiased: true, Math.Min(d / ((double)Levels * Levels), Math.Sqrt(d) / Levels), SumsCommute: false);
    }
}

/// <summary>QSGD with the narrowest codes that hold its levels.</summary>
internal static class Qsgd
{
    /// <summary>Most levels.</summary>
    public const int MaximumLevels = 127;

    /// <summary>The quantizer.</summary>
    /// <param name="levels">s, 1 to 127: codes have ⌊log₂ s⌋ + 2 bits.</param>
    /// <param name="bucket">B, a power of two from 32 to 4096.</param>
    public static Quantizer Create(int levels, int bucket)
    {
        Throw.IfNotInRange(levels, 1, MaximumLevels);
        return BitOperations.Log2((uint)levels) switch
        {
            0 => new QsgdQuantizer<TwoBits>(levels, bucket),
            1 => new QsgdQuantizer<ThreeBits>(levels, bucket),
            2 => new QsgdQuantizer<FourBits>(levels, bucket),
            3 => new QsgdQuantizer<FiveBits>(levels, bucket),
            4 => new QsgdQuantizer<SixBits>(levels, bucket),
            5 => new QsgdQuantizer<SevenBits>(levels, bucket),
            _ => new QsgdQuantizer<EightBits>(levels, bucket),
        };
    }
}
