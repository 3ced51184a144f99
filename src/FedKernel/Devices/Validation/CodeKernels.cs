// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Devices.Validation;

/// <summary>The registry of kernels that quantizers are made of.</summary>
internal static class CodeKernels
{
    /// <summary>Every one.</summary>
    /// <param name="philox">A stream.</param>
    /// <param name="philoxWords">The same, plainly.</param>
    /// <param name="chaCha20">A stream.</param>
    /// <param name="chaCha20Words">The same, plainly.</param>
    public static IEnumerable<KernelCase> All(
        PhiloxStream philox, BlockFunction philoxWords, ChaCha20Stream chaCha20, BlockFunction chaCha20Words) =>
    [
        new Reduce2Case<FiniteMaxAbsOfSum>(
            "finite_max_abs_of_sum",
            new FiniteMaxAbsOfSum(),
            (x, y) => Math.Abs(x + y) < Math.ScaleB(1, 128) - Math.ScaleB(1, 103) ? Math.Abs(x + y) : double.PositiveInfinity,
            (a, b) => b > a ? b : a),
        new EncodeCase<RoundToCode<EightBits>, IntegerValue<EightBits>>(
            "code_int8", default, default, 256, (x, _) => ReferenceCodes.Integer(x, 8), c => ReferenceCodes.IntegerValue(c, 8), 127),
        new EncodeCase<RoundToCode<FourBits>, IntegerValue<FourBits>>(
            "code_int4", default, default, 32, (x, _) => ReferenceCodes.Integer(x, 4), c => ReferenceCodes.IntegerValue(c, 4), 7),
        Stochastic("code_int8_stochastic.philox", philox, philoxWords, 128),
        Stochastic("code_int8_stochastic.chacha20", chaCha20, chaCha20Words, 1024),
        new EncodeCase<NearestInBook<NormalFloat4Book>, NormalFloat4Value>(
            "code_nf4", default, default, 64, (x, _) => ReferenceCodes.NormalFloat4Code(x), c => ReferenceCodes.NormalFloat4[c]),
        new EncodeCase<NearestInBook<Float4Book>, Float4Value>(
            "code_fp4", default, default, 64, (x, _) => ReferenceCodes.Float4Code(x), ReferenceCodes.Float4Value),
        Float<Binary16>("code_fp16", ReferenceCodes.HalfCode, ReferenceCodes.HalfValue),
        Float<UpperHalf>("code_bf16", ReferenceCodes.BFloat16Code, ReferenceCodes.BFloat16Value),
        Float<E4M3>("code_fp8_e4m3", ReferenceCodes.E4M3Code, ReferenceCodes.E4M3Value),
        Float<E5M2>("code_fp8_e5m2", ReferenceCodes.E5M2Code, ReferenceCodes.E5M2Value),
        Value<IntegerValue<EightBits>>("value_int8", 256, c => ReferenceCodes.IntegerValue(c, 8), c => c != 0x80),
        Value<IntegerValue<FourBits>>("value_int4", 32, c => ReferenceCodes.IntegerValue(c, 4), c => c != 8),
        Value<NormalFloat4Value>("value_nf4", 64, c => ReferenceCodes.NormalFloat4[c], _ => true),
        Value<Float4Value>("value_fp4", 128, ReferenceCodes.Float4Value, c => c != 8),
        Value<MiniFloatValue<Binary16>>("value_fp16", 256, ReferenceCodes.HalfValue, c => (c & 0x7FFF) < 0x7C00),
        Value<MiniFloatValue<UpperHalf>>("value_bf16", 4096, ReferenceCodes.BFloat16Value, c => (c & 0x7FFF) < 0x7F80),
        Value<MiniFloatValue<E4M3>>("value_fp8_e4m3", 512, ReferenceCodes.E4M3Value, c => (c & 0x7F) < 0x7F),
        Value<MiniFloatValue<E5M2>>("value_fp8_e5m2", 1024, ReferenceCodes.E5M2Value, c => (c & 0x7F) < 0x7C),
    ];

    private static EncodeCase<StochasticCode<T>, IntegerValue<EightBits>> Stochastic<T>(
        string name, T stream, BlockFunction words, int blockSize)
        where T : unmanaged, ICounterStream => new(
            name, new StochasticCode<T>(stream), default, blockSize, (x, r) => (byte)ReferenceRounding.Code(x, r),
            c => ReferenceCodes.IntegerValue(c, 8), 127, words);

    private static EncodeCase<RoundToMiniFloat<T>, MiniFloatValue<T>> Float<T>(
        string name, Func<float, uint> code, Func<uint, float> value)
        where T : unmanaged, IMiniFloat => new(name, default, default, 256, (x, _) => code(x), value);

    private static DecodeCase<T> Value<T>(string name, int blockSize, Func<uint, float> value, Func<uint, bool> isCode)
        where T : unmanaged, IDecode => new(name, default, blockSize, value, isCode);
}
