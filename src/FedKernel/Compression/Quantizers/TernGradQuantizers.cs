// SPDX-License-Identifier: Apache-2.0
// TernGrad · W. Wen, C. Xu, F. Yan, C. Wu, Y. Wang, Y. Chen, H. Li, "TernGrad: ternary gradients to reduce communication in distributed
// deep learning", NeurIPS 2017, section 3 · C(x) = m · sign(x) · b with m = max |x| and b = 1 with probability |x|/m.
// Ours: m is that of the vector, or of blocks; values are not clipped before.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Compression.Quantizers;

/// <summary>What TernGrad promises.</summary>
internal static class TernGrad
{
    /// <summary>
    /// Unbiased; E‖C(x) − x‖² = m·‖x‖₁ − ‖x‖² ≤ (√d − 1)/2 · ‖x‖², which x = (1, t, …, t) with t = 1/(1 + √d) reaches: long vectors
    /// need blocks.
    /// </summary>
    /// <param name="length">Elements that share a scale: d.</param>
    public static StageTraits Describe(long length) =>
        new(IsUnbiased: true, (Math.Sqrt(Math.Max(1, length)) - 1) / 2, SumsCommute: false);
}

/// <summary>TernGrad of blocks: −1, 0 or 1 over the largest magnitude, 2 bits.</summary>
internal sealed class TernGradQuantizer(int blockSize) : LevelQuantizer<TwoBits, OverMaximum>(1, blockSize)
{
    public override QuantizerKind Kind => QuantizerKind.TernGrad;

    public override string Name => $"terngrad:{BlockSize}";

    public override StageTraits Describe(long length) => TernGrad.Describe(Math.Min(length, BlockSize));
}

/// <summary>TernGrad of a whole vector, as in the paper.</summary>
internal sealed class WholeTernGradQuantizer : WholeQuantizer<LevelValue<TwoBits>>
{
    public override QuantizerKind Kind => QuantizerKind.TernGrad;

    public override string Name => "terngrad";

    public override bool IsRandom => true;

    public override StageTraits Describe(long length) => TernGrad.Describe(length);

    private protected override double Norm(DeviceBuffer<float> source) => source.Device.Reduce(source, default(FiniteMaxAbs));

    private protected override LevelValue<TwoBits> Decoder(float scale) => new(scale);

    private protected override bool IsCode(uint code) => code != 2;

    private protected override void Launch(EncodeJob<LevelValue<TwoBits>> job, float inverse, EncodingContext context)
    {
        RoundingSource bits = context.Require(Name);
        if (bits.IsSecret)
        {
            job.Run(new StochasticLevels<ChaCha20Stream, TwoBits, OverWhole>(bits.ChaCha20(context.Round, 0), 1, inverse));
        }
        else
        {
            job.Run(new StochasticLevels<PhiloxStream, TwoBits, OverWhole>(bits.Philox(context.Round, 0), 1, inverse));
        }
    }
}
