// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Compression.Quantizers;

/// <summary>
/// NF4 of QLoRA: the nearest of sixteen quantiles of a normal variable over a block's largest magnitude. 0 is a level, so no
/// error is larger than its value: ω = 1 at most, and blockSize times the square of half the widest gap, 0.3039.
/// </summary>
/// <param name="blockSize">32 to 4096.</param>
internal sealed class NormalFloat4Quantizer(int blockSize) : BlockQuantizer<NormalFloat4Value>(blockSize)
{
    public override QuantizerKind Kind => QuantizerKind.NormalFloat4;

    public override string Name => $"nf4:{BlockSize}";

    public override StageTraits Describe(long length) =>
        new(IsUnbiased: false, Math.Min(1, Math.Min(length, BlockSize) * 0.152 * 0.152), SumsCommute: false);

    private protected override uint ZeroCode => 7;

    private protected override void Launch(EncodeJob<NormalFloat4Value> job, EncodingContext context) =>
        job.Run(default(NearestInBook<NormalFloat4Book>));
}

/// <summary>FP4 of bitsandbytes over a block's largest magnitude; the widest gap is 1/3.</summary>
/// <param name="blockSize">32 to 4096.</param>
internal sealed class Float4Quantizer(int blockSize) : BlockQuantizer<Float4Value>(blockSize)
{
    public override QuantizerKind Kind => QuantizerKind.Float4;

    public override string Name => $"fp4:{BlockSize}";

    public override StageTraits Describe(long length) =>
        new(IsUnbiased: false, Math.Min(1, Math.Min(length, BlockSize) / 36.0), SumsCommute: false);

    private protected override bool IsCode(uint code) => code != 8;

    private protected override void Launch(EncodeJob<Float4Value> job, EncodingContext context) => job.Run(default(NearestInBook<Float4Book>));
}
