// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Kernels;

/// <summary>The scale of integer codes.</summary>
internal static class IntegerScale
{
    /// <summary>norm / largest, but so that largest · scale does not round to infinity, as it would for 127 and the end of float32.</summary>
    public static float Of(double norm, double largest)
    {
        float scale = (float)(norm / largest);
        return largest == 127 && scale > 2.6793885e36f ? 2.6793885e36f : scale;
    }
}

/// <summary>code = round(x / scale) to nearest, ties to even, in two's complement; scale = max |x| / (2^(bits − 1) − 1).</summary>
/// <typeparam name="TWidth">Bits of a code.</typeparam>
internal readonly struct RoundToCode<TWidth> : IEncode
    where TWidth : struct, IIntegerWidth
{
    public static int MaxUlp => 0;

    public static int Bits => TWidth.Bits;

    public static BlockNorm Norm => BlockNorm.Maximum;

    public static bool IsRandom => false;

    private static double Largest => (1 << (TWidth.Bits - 1)) - 1;

    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => default;

    public float Scale(double norm) => IntegerScale.Of(norm, Largest);

    public float Inverse(float scale) => (float)(1 / (double)scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWord Code<TLane, TWord>(TLane scaled, TWord random)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        // Adding 1.5·2²³ leaves the integer in the low bits of the sum, in two's complement.
        TLane.ToBits(scaled + TLane.Splat(12582912f)) & TWord.Splat((1u << TWidth.Bits) - 1);
}

/// <summary><see cref="StochasticRounding{TStream}"/> as a code of 8 bits: unbiased up to scale · 2⁻¹⁶.</summary>
/// <typeparam name="TStream">Where the random bits come from.</typeparam>
/// <param name="stream">The stream.</param>
internal readonly struct StochasticCode<TStream>(TStream stream) : IEncode
    where TStream : struct, ICounterStream
{
    private readonly StochasticRounding<TStream> _rounding = new(stream);

    public static int MaxUlp => 0;

    public static int Bits => 8;

    public static BlockNorm Norm => BlockNorm.Maximum;

    public static bool IsRandom => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => _rounding.Words(block);

    public float Scale(double norm) => IntegerScale.Of(norm, 127);

    public float Inverse(float scale) => (float)(1 / (double)scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWord Code<TLane, TWord>(TLane scaled, TWord random)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => _rounding.Code<TLane, TWord>(scaled, random) & TWord.Splat(0xFF);
}

/// <summary>The integer of a code in two's complement.</summary>
/// <typeparam name="TWidth">Bits of a code.</typeparam>
internal readonly struct IntegerValue<TWidth> : IDecode
    where TWidth : struct, IIntegerWidth
{
    public static int MaxUlp => 0;

    public static int Bits => TWidth.Bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value<TLane, TWord>(TWord code)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        TLane.FromSigned((code << (32 - TWidth.Bits)) >> (32 - TWidth.Bits));
}
