// SPDX-License-Identifier: Apache-2.0
// FP4 · bitsandbytes: a sign and the magnitudes 0, 1/192, 2/3, 1, 1/3, 1/2, 1/6, 1/4 for the codes 0 to 7.
// Different here: −0 is not written (code 8), so a value has one code; a tie goes to the smaller magnitude, as there.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>code = sign and which of the eight magnitudes is nearest to |x| / max |x|; scale = max |x|.</summary>
internal readonly struct NearestFloat4 : IEncode
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
        TLane a = TLane.Abs(scaled), code = Index<TLane, TWord>(0);
        code = TLane.SelectGreater(a, TLane.Splat(0.0026041667f), Index<TLane, TWord>(1), code);
        code = TLane.SelectGreater(a, TLane.Splat(0.0859375f), Index<TLane, TWord>(6), code);
        code = TLane.SelectGreater(a, TLane.Splat(0.20833334f), Index<TLane, TWord>(7), code);
        code = TLane.SelectGreater(a, TLane.Splat(0.2916667f), Index<TLane, TWord>(4), code);
        code = TLane.SelectGreater(a, TLane.Splat(0.4166667f), Index<TLane, TWord>(5), code);
        code = TLane.SelectGreater(a, TLane.Splat(0.5833334f), Index<TLane, TWord>(2), code);
        code = TLane.SelectGreater(a, TLane.Splat(0.8333334f), Index<TLane, TWord>(3), code);

        // 0 has no sign: minus the magnitude's code is negative for the others only.
        TWord magnitude = TLane.ToBits(code), some = (TWord.Splat(0) - magnitude) >>> 31;
        return magnitude | (((TLane.ToBits(scaled) >>> 31) & some) << 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Index<TLane, TWord>(uint code)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => TLane.FromBits(TWord.Splat(code));
}

/// <summary>The number of a code.</summary>
internal readonly struct Float4Value : IDecode
{
    public static int MaxUlp => 0;

    public static int Bits => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value<TLane, TWord>(TWord code)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane at = TLane.FromSigned(code & TWord.Splat(7)), x = TLane.Splat(0);
        x = TLane.SelectGreater(at, TLane.Splat(0.5f), TLane.Splat(0.0052083335f), x);
        x = TLane.SelectGreater(at, TLane.Splat(1.5f), TLane.Splat(0.6666667f), x);
        x = TLane.SelectGreater(at, TLane.Splat(2.5f), TLane.Splat(1f), x);
        x = TLane.SelectGreater(at, TLane.Splat(3.5f), TLane.Splat(0.33333334f), x);
        x = TLane.SelectGreater(at, TLane.Splat(4.5f), TLane.Splat(0.5f), x);
        x = TLane.SelectGreater(at, TLane.Splat(5.5f), TLane.Splat(0.16666667f), x);
        x = TLane.SelectGreater(at, TLane.Splat(6.5f), TLane.Splat(0.25f), x);
        return TLane.FromBits(TLane.ToBits(x) | ((code >>> 3) << 31));
    }
}
