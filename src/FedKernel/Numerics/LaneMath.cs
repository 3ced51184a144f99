// SPDX-License-Identifier: Apache-2.0
// Logarithm, exponential, sine and cosine as polynomials over a lane.
// Source: S. Moshier, Cephes Mathematical Library (logf, expf, sinf, cosf), coefficients and range reduction.
// Different here: the angle is reduced on integers, the logarithm takes a 32-bit uniform, and there is no table, no branch and
// no fused multiply-add, so that every device returns the same bits. The math functions of GPUs are approximations that differ.
using System.Runtime.CompilerServices;

namespace FedKernel.Numerics;

/// <summary>Elementary functions written in the operations of a lane: the same bits on every device.</summary>
public static class LaneMath
{
    /// <summary>ln u for a uniform u = (word + ½) / 2³², which lies in (2⁻³³, 1].</summary>
    /// <remarks>Absolute error at most 2⁻²³·max(1, |ln u|); 24 significant bits of u are kept, also near 0.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane LogUniform<TLane, TWord>(TWord word)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        // Two exact conversions and one rounded sum: the upper 24 bits alone would cut the tail of a normal at 5.8 σ.
        TLane upper = TLane.FromSigned(word >>> 8) * TLane.Splat(1f / 16777216f);
        TLane lower = (TLane.FromSigned(word & TWord.Splat(0xFF)) + TLane.Splat(0.5f)) * TLane.Splat(1f / 4294967296f);
        return Log<TLane, TWord>(upper + lower);
    }

    /// <summary>ln x for a positive, normal, finite x. Error at most 2 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        // x = 2^e · m with m in [√½, √2).
        TWord bits = TLane.ToBits(x);
        TWord exponent = (bits - TWord.Splat(0x3F3504F3)) >> 23;
        TLane e = TLane.FromSigned(exponent);
        TLane m = TLane.FromBits(bits - (exponent << 23)) - TLane.Splat(1f);
        TLane z = m * m;
        TLane p = TLane.Splat(7.0376836292e-2f);
        p = (p * m) + TLane.Splat(-1.1514610310e-1f);
        p = (p * m) + TLane.Splat(1.1676998740e-1f);
        p = (p * m) + TLane.Splat(-1.2420140846e-1f);
        p = (p * m) + TLane.Splat(1.4249322787e-1f);
        p = (p * m) + TLane.Splat(-1.6668057665e-1f);
        p = (p * m) + TLane.Splat(2.0000714765e-1f);
        p = (p * m) + TLane.Splat(-2.4999993993e-1f);
        p = (p * m) + TLane.Splat(3.3333331174e-1f);
        p = p * m * z;
        p = (e * TLane.Splat(-2.12194440e-4f)) + p;
        p = (z * TLane.Splat(-0.5f)) + p;
        return (e * TLane.Splat(0.693359375f)) + (m + p);
    }

    /// <summary>eˣ, with x held to [−87, 88]. Error at most 2 ulp inside; NaN gives e⁻⁸⁷.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Exp<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane low = TLane.Splat(-87f);
        TLane high = TLane.Splat(88f);
        x = TLane.SelectGreater(x, low, x, low);
        x = TLane.SelectGreater(high, x, x, high);
        // n = round(x / ln 2): adding 1.5·2²³ leaves the integer in the low bits of the sum.
        TLane magic = TLane.Splat(12582912f);
        TLane shifted = (x * TLane.Splat(1.44269504088896341f)) + magic;
        TLane n = shifted - magic;
        TLane r = (n * TLane.Splat(-0.693359375f)) + x;
        r = (n * TLane.Splat(2.12194440e-4f)) + r;
        TLane p = TLane.Splat(1.9875691500e-4f);
        p = (p * r) + TLane.Splat(1.3981999507e-3f);
        p = (p * r) + TLane.Splat(8.3334519073e-3f);
        p = (p * r) + TLane.Splat(4.1665795894e-2f);
        p = (p * r) + TLane.Splat(1.6666665459e-1f);
        p = (p * r) + TLane.Splat(5.0000001201e-1f);
        p = (p * (r * r)) + r + TLane.Splat(1f);
        TWord scale = (TLane.ToBits(shifted) - TLane.ToBits(magic) + TWord.Splat(127)) << 23;
        return p * TLane.FromBits(scale);
    }

    /// <summary>sin and cos of 2π·(word / 2³²). Absolute error at most 2⁻²³.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCosTurn<TLane, TWord>(TWord word, out TLane sin, out TLane cos)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        // The nearest quarter turn, and the signed rest of at most an eighth: exact, because the angle is an integer.
        TWord quarter = (word + TWord.Splat(0x20000000)) >>> 30;
        TLane y = TLane.FromSigned(word - (quarter << 30)) * TLane.Splat(1.4629180792671596e-9f);
        TLane z = y * y;
        TLane s = TLane.Splat(-1.9515295891e-4f);
        s = (s * z) + TLane.Splat(8.3321608736e-3f);
        s = (s * z) + TLane.Splat(-1.6666654611e-1f);
        s = (s * z * y) + y;
        TLane c = TLane.Splat(2.443315711809948e-5f);
        c = (c * z) + TLane.Splat(-1.388731625493765e-3f);
        c = (c * z) + TLane.Splat(4.166664568298827e-2f);
        c = (c * z * z) + ((z * TLane.Splat(-0.5f)) + TLane.Splat(1f));
        // Odd quarters swap the two; the signs follow the quadrant.
        TWord swap = TWord.Splat(0) - (quarter & TWord.Splat(1));
        TWord sBits = TLane.ToBits(s);
        TWord cBits = TLane.ToBits(c);
        TWord exchanged = (sBits ^ cBits) & swap;
        sin = TLane.FromBits((sBits ^ exchanged) ^ ((quarter & TWord.Splat(2)) << 30));
        cos = TLane.FromBits((cBits ^ exchanged) ^ (((quarter + TWord.Splat(1)) & TWord.Splat(2)) << 30));
    }

    /// <summary>The float32 of a bfloat16 in the lower half of each word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane FromBFloat16<TLane, TWord>(TWord word)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => TLane.FromBits(word << 16);

    /// <summary>The float32 of an IEEE 754 half in the lower half of each word: exact, subnormals and infinities too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane FromHalf<TLane, TWord>(TWord word)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        // The exponent is 112 too small after the shift; the product mends that for subnormals as well.
        TLane magnitude = TLane.FromBits((word & TWord.Splat(0x7FFF)) << 13) * TLane.Splat(5.192296858534828e33f);
        TWord bits = TLane.ToBits(magnitude);

        // Beyond the largest half, 65504, lie infinity and NaN: their exponent becomes the largest.
        TLane special = TLane.FromBits(bits | TWord.Splat(0x7F800000));
        bits = TLane.ToBits(TLane.SelectGreater(magnitude, TLane.Splat(65504f), special, magnitude));
        return TLane.FromBits(bits | ((word & TWord.Splat(0x8000)) << 16));
    }
}
