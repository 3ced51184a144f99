// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Compression.Quantizers;

/// <summary>
/// Narrow floats, each its own scale: fp16, bf16, fp8. Rounded to nearest even and saturating: what is beyond the largest finite
/// number becomes it. Tiny values become 0 and huge ones the largest, so ω = 1 for every x; while all values are normal numbers of
/// the format, the squared error is below 4^−(mantissa bits + 1) of the squared norm.
/// </summary>
/// <typeparam name="TFormat">The format.</typeparam>
/// <param name="kind">Its number.</param>
/// <param name="name">Its name.</param>
internal sealed class MiniFloatQuantizer<TFormat>(QuantizerKind kind, string name) : BlockQuantizer<MiniFloatValue<TFormat>>(256)
    where TFormat : unmanaged, IMiniFloat
{
    private readonly uint _largest = (BitConverter.SingleToUInt32Bits(TFormat.Largest) >> (23 - TFormat.MantissaBits))
        - ((uint)(127 - TFormat.Bias) << TFormat.MantissaBits);

    public override QuantizerKind Kind => kind;

    public override string Name => name;

    public override StageTraits Describe(long length) => new(IsUnbiased: false, 1, SumsCommute: false);

    internal override long WindowUnit => 1;

    private protected override bool HasScales => false;

    private protected override bool IsCode(uint code) => (code & ((1u << (TFormat.Bits - 1)) - 1)) <= _largest;

    private protected override void Launch(EncodeJob<MiniFloatValue<TFormat>> job, EncodingContext context) =>
        job.Run(default(RoundToMiniFloat<TFormat>));
}
