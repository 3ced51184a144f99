// SPDX-License-Identifier: Apache-2.0
// signSGD · J. Bernstein et al., ICML 2018; the scale that makes it a contraction: S. P. Karimireddy et al., "Error feedback fixes signSGD
// and other gradient compression schemes", ICML 2019, section 3 · C(x) = ‖x‖₁/d · sign(x), sign(0) = +1; a bit of 1 is −1.
// Ours: the scale is that of the vector, or of blocks.
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Compression.Quantizers;

/// <summary>What signs promise.</summary>
internal static class Signs
{
    /// <summary>
    /// Biased: for error feedback, or for <see cref="Voting.MajorityVote"/>. ‖C(x) − x‖² = ‖x‖² − ‖x‖₁²/d ≤ (1 − 1/d)·‖x‖².
    /// </summary>
    /// <param name="length">Elements that share a scale: d.</param>
    public static StageTraits Describe(long length) => new(IsUnbiased: false, 1 - (1.0 / Math.Max(1, length)), SumsCommute: false);
}

/// <summary>Signs over the mean magnitude of a block, 1 bit.</summary>
internal sealed class SignQuantizer(int blockSize) : BlockQuantizer<SignValue>(blockSize)
{
    public override QuantizerKind Kind => QuantizerKind.Sign;

    public override string Name => $"sign:{BlockSize}";

    public override StageTraits Describe(long length) => Signs.Describe(Math.Min(length, BlockSize));

    private protected override SignValue Decoder => new(1);

    private protected override void Launch(EncodeJob<SignValue> job, EncodingContext context) => job.Run(new SignCode<OverMean>(1));
}

/// <summary>Signs over the mean magnitude of the whole vector.</summary>
internal sealed class WholeSignQuantizer : WholeQuantizer<SignValue>
{
    public override QuantizerKind Kind => QuantizerKind.Sign;

    public override string Name => "sign";

    public override StageTraits Describe(long length) => Signs.Describe(length);

    private protected override double Norm(DeviceBuffer<float> source) => source.Device.Reduce(source, default(L1Norm)) / source.Length;

    private protected override SignValue Decoder(float scale) => new(scale);

    private protected override void Launch(EncodeJob<SignValue> job, float inverse, EncodingContext context) =>
        job.Run(new SignCode<OverWhole>(inverse));
}
