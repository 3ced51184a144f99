// SPDX-License-Identifier: Apache-2.0
// FP4 · bitsandbytes: a sign and the magnitudes 0, 1/192, 2/3, 1, 1/3, 1/2, 1/6, 1/4 for the codes 0 to 7.
// Different here: −0 is not written (code 8), so a value has one code; a tie goes to the smaller magnitude, as there.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>A sign and the nearest of eight magnitudes.</summary>
internal readonly struct Float4Book : ILevelBook
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWord Nearest<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane a = TLane.Abs(x), code = TLane.FromBits(TWord.Splat(0));
        code = Boundary.Above<TLane, TWord>(a, 0.0026041667f, 1, code);
        code = Boundary.Above<TLane, TWord>(a, 0.0859375f, 6, code);
        code = Boundary.Above<TLane, TWord>(a, 0.20833334f, 7, code);
        code = Boundary.Above<TLane, TWord>(a, 0.2916667f, 4, code);
        code = Boundary.Above<TLane, TWord>(a, 0.4166667f, 5, code);
        code = Boundary.Above<TLane, TWord>(a, 0.5833334f, 2, code);
        code = Boundary.Above<TLane, TWord>(a, 0.8333334f, 3, code);

        // 0 has no sign: minus the magnitude's code is negative for the others only.
        TWord magnitude = TLane.ToBits(code), some = (TWord.Splat(0) - magnitude) >>> 31;
        return magnitude | (((TLane.ToBits(x) >>> 31) & some) << 3);
    }
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
