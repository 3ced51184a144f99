// SPDX-License-Identifier: Apache-2.0
// Floats of 8 and 16 bits · IEEE 754-2019 binary16; bfloat16; OCP 8-bit Floating Point Specification (OFP8) 1.0, E4M3 and E5M2.
// Rounded to nearest, ties to even, subnormals too; saturating: what lies beyond the largest finite number becomes it. Codes of
// infinity and NaN are never written.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>A format of narrow floats.</summary>
internal interface IMiniFloat
{
    /// <summary>8 or 16.</summary>
    static abstract int Bits { get; }

    /// <summary>Explicit bits of the mantissa.</summary>
    static abstract int MantissaBits { get; }

    /// <summary>Of the exponent.</summary>
    static abstract int Bias { get; }

    /// <summary>The largest finite number.</summary>
    static abstract float Largest { get; }
}

/// <summary>IEEE binary16: largest 65504.</summary>
internal readonly struct Binary16 : IMiniFloat
{
    public static int Bits => 16;

    public static int MantissaBits => 10;

    public static int Bias => 15;

    public static float Largest => 65504f;
}

/// <summary>The upper half of float32: largest 3.39e38.</summary>
internal readonly struct UpperHalf : IMiniFloat
{
    public static int Bits => 16;

    public static int MantissaBits => 7;

    public static int Bias => 127;

    public static float Largest => 3.3895314e38f;
}

/// <summary>OFP8 E4M3: largest 448; no infinity, and S.1111.111 is NaN.</summary>
internal readonly struct E4M3 : IMiniFloat
{
    public static int Bits => 8;

    public static int MantissaBits => 3;

    public static int Bias => 7;

    public static float Largest => 448f;
}

/// <summary>OFP8 E5M2: largest 57344.</summary>
internal readonly struct E5M2 : IMiniFloat
{
    public static int Bits => 8;

    public static int MantissaBits => 2;

    public static int Bias => 15;

    public static float Largest => 57344f;
}

/// <summary>The nearest number of a format.</summary>
/// <typeparam name="TFormat">The format.</typeparam>
internal readonly struct RoundToMiniFloat<TFormat> : IEncode
    where TFormat : struct, IMiniFloat
{
    public static int MaxUlp => 0;

    public static int Bits => TFormat.Bits;

    public static BlockNorm Norm => BlockNorm.None;

    public static bool IsRandom => false;

    private static int Shift => 23 - TFormat.MantissaBits;

    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => default;

    public float Scale(double norm) => 1;

    public float Inverse(float scale) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWord Code<TLane, TWord>(TLane scaled, TWord random)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane largest = TLane.Splat(TFormat.Largest), a = TLane.Abs(scaled);

        // NaN becomes the largest too, so that a code never depends on the payload; it is refused before.
        a = TLane.SelectGreater(largest, a, a, largest);
        TWord bits = TLane.ToBits(a);
        TWord even = (bits >>> Shift) & TWord.Splat(1);
        TWord normal = ((bits + even + TWord.Splat((1u << (Shift - 1)) - 1)) >>> Shift)
            - TWord.Splat((uint)(127 - TFormat.Bias) << TFormat.MantissaBits);

        // Below the smallest normal number 2^(1 − bias) the unit in the last place of this sum is the smallest subnormal one.
        TWord power = TWord.Splat((uint)(127 + 1 - TFormat.Bias + Shift) << 23);
        TWord subnormal = TLane.ToBits(a + TLane.FromBits(power)) - power;
        TWord isSubnormal = (bits - TWord.Splat((uint)(127 + 1 - TFormat.Bias) << 23)) >> 31;
        TWord magnitude = normal ^ ((normal ^ subnormal) & isSubnormal);
        TWord sign = (TLane.ToBits(scaled) >>> 31) << (TFormat.Bits - 1);
        return magnitude | sign;
    }
}

/// <summary>The number of a code.</summary>
/// <typeparam name="TFormat">The format.</typeparam>
internal readonly struct MiniFloatValue<TFormat> : IDecode
    where TFormat : struct, IMiniFloat
{
    public static int MaxUlp => 0;

    public static int Bits => TFormat.Bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value<TLane, TWord>(TWord code)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        // The exponent is too small after the shift; the product mends that for subnormals as well.
        TWord magnitude = (code & TWord.Splat((1u << (TFormat.Bits - 1)) - 1)) << (23 - TFormat.MantissaBits);
        TLane x = TLane.FromBits(magnitude);
        if (TFormat.Bias != 127)
        {
            x *= TLane.FromBits(TWord.Splat((uint)(127 + 127 - TFormat.Bias) << 23));
        }

        return TLane.FromBits(TLane.ToBits(x) | ((code >>> (TFormat.Bits - 1)) << 31));
    }
}
