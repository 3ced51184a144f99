// SPDX-License-Identifier: Apache-2.0
// NF4 · T. Dettmers et al., "QLoRA", NeurIPS 2023, appendix E; the table is that of bitsandbytes, to the bit.
// A level is the number nearest to a quantile of a normal variable; a value goes to the nearest level, a tie to the lower.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>code = which of the sixteen levels is nearest to x / max |x|; scale = max |x|.</summary>
/// <remarks>Fifteen comparisons that do not wait for one another: a search would need a table that every lane can read.</remarks>
internal readonly struct NearestNormalFloat4 : IEncode
{
    public static int MaxUlp => 0;

    public static int Bits => 4;

    public static BlockNorm Norm => BlockNorm.Maximum;

    public static bool IsRandom => false;

    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => default;

    public float Scale(double norm) => (float)norm;

    public float Inverse(float scale) => (float)(1 / (double)scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWord Code<TLane, TWord>(TLane scaled, TWord random)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane code = Index<TLane, TWord>(0);
        code = TLane.SelectGreater(scaled, TLane.Splat(-0.8480964f), Index<TLane, TWord>(1), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(-0.6106329f), Index<TLane, TWord>(2), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(-0.45999527f), Index<TLane, TWord>(3), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(-0.33967942f), Index<TLane, TWord>(4), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(-0.2346074f), Index<TLane, TWord>(5), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(-0.13791174f), Index<TLane, TWord>(6), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(-0.045525018f), Index<TLane, TWord>(7), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(0.03979015f), Index<TLane, TWord>(8), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(0.12025525f), Index<TLane, TWord>(9), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(0.20352125f), Index<TLane, TWord>(10), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(0.29201376f), Index<TLane, TWord>(11), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(0.38931254f), Index<TLane, TWord>(12), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(0.50166345f), Index<TLane, TWord>(13), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(0.6427869f), Index<TLane, TWord>(14), code);
        code = TLane.SelectGreater(scaled, TLane.Splat(0.86147845f), Index<TLane, TWord>(15), code);
        return TLane.ToBits(code);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Index<TLane, TWord>(uint code)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => TLane.FromBits(TWord.Splat(code));
}

/// <summary>The level of a code.</summary>
internal readonly struct NormalFloat4Value : IDecode
{
    public static int MaxUlp => 0;

    public static int Bits => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value<TLane, TWord>(TWord code)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane at = TLane.FromSigned(code), x = TLane.Splat(-1f);
        x = TLane.SelectGreater(at, TLane.Splat(0.5f), TLane.Splat(-0.6961928f), x);
        x = TLane.SelectGreater(at, TLane.Splat(1.5f), TLane.Splat(-0.52507305f), x);
        x = TLane.SelectGreater(at, TLane.Splat(2.5f), TLane.Splat(-0.3949175f), x);
        x = TLane.SelectGreater(at, TLane.Splat(3.5f), TLane.Splat(-0.28444138f), x);
        x = TLane.SelectGreater(at, TLane.Splat(4.5f), TLane.Splat(-0.18477343f), x);
        x = TLane.SelectGreater(at, TLane.Splat(5.5f), TLane.Splat(-0.091050036f), x);
        x = TLane.SelectGreater(at, TLane.Splat(6.5f), TLane.Splat(0f), x);
        x = TLane.SelectGreater(at, TLane.Splat(7.5f), TLane.Splat(0.0795803f), x);
        x = TLane.SelectGreater(at, TLane.Splat(8.5f), TLane.Splat(0.1609302f), x);
        x = TLane.SelectGreater(at, TLane.Splat(9.5f), TLane.Splat(0.2461123f), x);
        x = TLane.SelectGreater(at, TLane.Splat(10.5f), TLane.Splat(0.33791524f), x);
        x = TLane.SelectGreater(at, TLane.Splat(11.5f), TLane.Splat(0.44070983f), x);
        x = TLane.SelectGreater(at, TLane.Splat(12.5f), TLane.Splat(0.562617f), x);
        x = TLane.SelectGreater(at, TLane.Splat(13.5f), TLane.Splat(0.72295684f), x);
        x = TLane.SelectGreater(at, TLane.Splat(14.5f), TLane.Splat(1f), x);
        return x;
    }
}
