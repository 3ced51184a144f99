// SPDX-License-Identifier: Apache-2.0
// NF4 · T. Dettmers et al., "QLoRA", NeurIPS 2023, appendix E; the table is that of bitsandbytes, to the bit.
// A level is the number nearest to a quantile of a normal variable; a value goes to the nearest level, a tie to the lower.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>Boundaries halfway between levels.</summary>
internal readonly struct NormalFloat4Book : ILevelBook
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWord Nearest<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane code = TLane.FromBits(TWord.Splat(0));
        code = Boundary.Above<TLane, TWord>(x, -0.8480964f, 1, code);
        code = Boundary.Above<TLane, TWord>(x, -0.6106329f, 2, code);
        code = Boundary.Above<TLane, TWord>(x, -0.45999527f, 3, code);
        code = Boundary.Above<TLane, TWord>(x, -0.33967942f, 4, code);
        code = Boundary.Above<TLane, TWord>(x, -0.2346074f, 5, code);
        code = Boundary.Above<TLane, TWord>(x, -0.13791174f, 6, code);
        code = Boundary.Above<TLane, TWord>(x, -0.045525018f, 7, code);
        code = Boundary.Above<TLane, TWord>(x, 0.03979015f, 8, code);
        code = Boundary.Above<TLane, TWord>(x, 0.12025525f, 9, code);
        code = Boundary.Above<TLane, TWord>(x, 0.20352125f, 10, code);
        code = Boundary.Above<TLane, TWord>(x, 0.29201376f, 11, code);
        code = Boundary.Above<TLane, TWord>(x, 0.38931254f, 12, code);
        code = Boundary.Above<TLane, TWord>(x, 0.50166345f, 13, code);
        code = Boundary.Above<TLane, TWord>(x, 0.6427869f, 14, code);
        code = Boundary.Above<TLane, TWord>(x, 0.86147845f, 15, code);
        return TLane.ToBits(code);
    }
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
