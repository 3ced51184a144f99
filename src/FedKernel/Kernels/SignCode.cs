// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>codes[i] = 1 if x[i] is below 0, else 0: both zeros are +1.</summary>
/// <typeparam name="TNorm">What a sign stands for.</typeparam>
/// <param name="inverse">0 where the whole vector counts as zero, else anything above; ignored where blocks have scales.</param>
internal readonly struct SignCode<TNorm>(float inverse) : IEncode
    where TNorm : struct, ILevelNorm
{
    private readonly float _inverse = inverse;

    public static int MaxUlp => 0;

    public static int Bits => 1;

    public static BlockNorm Norm => TNorm.Norm;

    public static bool IsRandom => false;

    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => default;

    public float Scale(double norm) => (float)norm;

    // A sign needs no scaling; the code of what is multiplied by it is the same.
    public float Inverse(float scale) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWord Code<TLane, TWord>(TLane scaled, TWord random)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        if (TNorm.Norm == BlockNorm.None)
        {
            scaled *= TLane.Splat(_inverse);
        }

        return TLane.ToBits(TLane.SelectGreater(TLane.Splat(0), scaled, TLane.Splat(-1), TLane.Splat(1))) >>> 31;
    }
}

/// <summary>+1 or −1, times a number where one stands for the whole vector.</summary>
/// <param name="factor">1 where blocks have scales.</param>
internal readonly struct SignValue(float factor) : IDecode
{
    private readonly float _factor = factor;

    public static int MaxUlp => 0;

    public static int Bits => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value<TLane, TWord>(TWord code)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        TLane.FromSigned(TWord.Splat(1) - (code << 1)) * TLane.Splat(_factor);
}
