// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Devices.Validation;

/// <summary>The registry of kernels of QSGD, TernGrad and signs.</summary>
internal static class LevelKernels
{
    // One scale for a whole vector, a power of two and its inverse.
    private const float Whole = 16, Inverse = 1f / 16;

    /// <summary>Every one.</summary>
    /// <inheritdoc cref="CodeKernels.All"/>
    public static IEnumerable<KernelCase> All(
        PhiloxStream philox, BlockFunction philoxWords, ChaCha20Stream chaCha20, BlockFunction chaCha20Words) =>
    [
        new Reduce1Case<L1Norm>("l1_norm", default, Math.Abs, (a, b) => a + b),
        Levels<ChaCha20Stream, FourBits, OverEuclidean>("code_qsgd_7.chacha20", chaCha20, chaCha20Words, 7, 128),
        Levels<PhiloxStream, ThreeBits, OverEuclidean>("code_qsgd_2.philox", philox, philoxWords, 2, 32),
        Levels<PhiloxStream, EightBits, OverEuclidean>("code_qsgd_127.philox", philox, philoxWords, 127, 4096),
        Levels<PhiloxStream, TwoBits, OverMaximum>("code_terngrad.philox", philox, philoxWords, 1, 64),
        new EncodeCase<StochasticLevels<PhiloxStream, TwoBits, OverWhole>, LevelValue<TwoBits>>(
            "code_terngrad_whole.philox", new(philox, 1, Inverse), new(Whole), 4096, (x, r) => Level(x * Inverse, r, 1, 2),
            c => ReferenceCodes.IntegerValue(c, 2) * Whole, 1, philoxWords),
        new EncodeCase<SignCode<OverMean>, SignValue>(
            "code_sign", new(1), new(1), 64, (x, _) => x < 0 ? 1u : 0, c => c == 1 ? -1 : 1) { IsScaled = false },
        new EncodeCase<SignCode<OverWhole>, SignValue>(
            "code_sign_whole", new(1), new(Whole), 4096, (x, _) => x < 0 ? 1u : 0, c => c == 1 ? -Whole : Whole),
    ];

    private static EncodeCase<StochasticLevels<TStream, TWidth, TNorm>, IntegerValue<TWidth>> Levels<TStream, TWidth, TNorm>(
        string name, TStream stream, BlockFunction words, int levels, int blockSize)
        where TStream : unmanaged, ICounterStream
        where TWidth : unmanaged, IIntegerWidth
        where TNorm : unmanaged, ILevelNorm => new(
            name, new(stream, levels, 1), default, blockSize, (x, r) => Level(x, r, levels, TWidth.Bits),
            c => ReferenceCodes.IntegerValue(c, TWidth.Bits), levels, words);

    /// <summary>⌊scaled + u⌋ held to the levels, where scaled + u − ½ is rounded to float32 as the kernel declares.</summary>
    private static uint Level(float scaled, uint random, int levels, int bits)
    {
        float moved = scaled + (float)(((random + 0.5) / 65536) - 0.5);
        return (uint)(int)Math.Clamp(Math.Round((double)moved, MidpointRounding.ToEven), -levels, levels) & ((1u << bits) - 1);
    }
}
