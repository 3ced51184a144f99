// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Compression.Quantizers;

/// <summary>Signed levels over a norm of a block, chosen at random so that the mean of the result is the value, up to scale · 2⁻¹⁶.</summary>
/// <typeparam name="TWidth">Bits of a code.</typeparam>
/// <typeparam name="TNorm">What levels are counted over.</typeparam>
/// <param name="levels">s, 1 to 2^(bits − 1) − 1.</param>
/// <param name="blockSize">Elements that share a norm.</param>
internal abstract class LevelQuantizer<TWidth, TNorm>(int levels, int blockSize) : BlockQuantizer<IntegerValue<TWidth>>(blockSize)
    where TWidth : struct, IIntegerWidth
    where TNorm : struct, ILevelNorm
{
    public override bool IsRandom => true;

    /// <summary>Levels above 0, and as many below.</summary>
    protected int Levels { get; } = levels;

    private protected override float LargestScale => LevelScale.Largest(Levels);

    // So that no norm of a block is beyond float32: with feedback that is known only when memory and codes are written.
    private protected override float LargestValue =>
        TNorm.Norm == BlockNorm.Euclidean ? (float)(float.MaxValue / Math.Sqrt(BlockSize) * 0.999999) : float.MaxValue;

    private protected override bool IsCode(uint code) =>
        Math.Abs((int)code << (32 - TWidth.Bits) >> (32 - TWidth.Bits)) <= Levels;

    private protected override void Launch(EncodeJob<IntegerValue<TWidth>> job, EncodingContext context)
    {
        RoundingSource bits = context.Require(Name);
        if (bits.IsSecret)
        {
            job.Run(new StochasticLevels<ChaCha20Stream, TWidth, TNorm>(bits.ChaCha20(context.Round, 0), Levels, 1));
        }
        else
        {
            job.Run(new StochasticLevels<PhiloxStream, TWidth, TNorm>(bits.Philox(context.Round, 0), Levels, 1));
        }
    }
}
