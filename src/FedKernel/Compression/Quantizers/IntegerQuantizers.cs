// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Compression.Quantizers;

/// <summary>
/// int8 over a block's largest magnitude: x ≈ code · scale with scale = max |x| / 127. An error is at most scale / 2, rounded to
/// nearest, or has at most that standard deviation, rounded stochastically, so ω = blockSize / 254².
/// </summary>
/// <param name="blockSize">32 to 4096.</param>
/// <param name="isStochastic">Unbiased, up to scale · 2⁻¹⁷ of a value, with a client's rounding bits.</param>
internal sealed class Int8Quantizer(int blockSize, bool isStochastic = false) : BlockQuantizer<IntegerValue<EightBits>>(blockSize)
{
    public override QuantizerKind Kind => QuantizerKind.Int8;

    public override string Name => isStochastic ? $"int8:{BlockSize},stochastic" : $"int8:{BlockSize}";

    public override bool IsRandom => isStochastic;

    public override StageTraits Describe(long length) =>
        new(isStochastic, Math.Min(1, Math.Min(length, BlockSize) / (254.0 * 254)), SumsCommute: false);

    private protected override float LargestScale => IntegerScale.Of(float.MaxValue, 127);

    private protected override bool IsCode(uint code) => code != 0x80;

    private protected override void Launch(EncodeJob<IntegerValue<EightBits>> job, EncodingContext context)
    {
        if (!isStochastic)
        {
            job.Run(default(RoundToCode<EightBits>));
            return;
        }

        RoundingSource bits = context.Require(Name);
        if (bits.IsSecret)
        {
            job.Run(new StochasticCode<ChaCha20Stream>(bits.ChaCha20(context.Round, 0)));
        }
        else
        {
            job.Run(new StochasticCode<PhiloxStream>(bits.Philox(context.Round, 0)));
        }
    }
}

/// <summary>int4 over a block's largest magnitude: scale = max |x| / 7, so ω = blockSize / 14², and never above 1.</summary>
/// <param name="blockSize">32 to 4096.</param>
internal sealed class Int4Quantizer(int blockSize) : BlockQuantizer<IntegerValue<FourBits>>(blockSize)
{
    public override QuantizerKind Kind => QuantizerKind.Int4;

    public override string Name => $"int4:{BlockSize}";

    public override StageTraits Describe(long length) =>
        new(IsUnbiased: false, Math.Min(1, Math.Min(length, BlockSize) / (14.0 * 14)), SumsCommute: false);

    private protected override float LargestScale => IntegerScale.Of(float.MaxValue, 7);

    private protected override bool IsCode(uint code) => code != 8;

    private protected override void Launch(EncodeJob<IntegerValue<FourBits>> job, EncodingContext context) =>
        job.Run(default(RoundToCode<FourBits>));
}
