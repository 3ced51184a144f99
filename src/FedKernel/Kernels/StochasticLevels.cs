// SPDX-License-Identifier: Apache-2.0
// Stochastic levels · QSGD: D. Alistarh et al., NeurIPS 2017, section 3; TernGrad: W. Wen et al., NeurIPS 2017, section 3 · s: levels.
// code = ⌊s·x / norm + u⌋ with u = (r + ½) / 2¹⁶, r uniform in 0 … 2¹⁶ − 1: signed and unbiased up to the grid of u,
// |E[code·scale] − x| ≤ scale · 2⁻¹⁶. With one level and the largest magnitude it is TernGrad's sign(x) · Bernoulli(|x| / max).
// Different here: the floor of a signed number instead of a sign and the floor of a magnitude; the law of the result is the same.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Kernels;

/// <summary>The scale of levels.</summary>
internal static class LevelScale
{
    /// <summary>The largest number of which s times is finite, up to rounding.</summary>
    /// <param name="levels">s, from 1 on.</param>
    public static float Largest(int levels)
    {
        float scale = (float)(float.MaxValue / (double)levels);
        return float.IsFinite(scale * levels) ? scale : MathF.BitDecrement(scale);
    }
}

/// <summary>codes[i] = ⌊s·x[i] / norm + u⌋ in two's complement, −s to s.</summary>
/// <typeparam name="TStream">Where the random bits come from.</typeparam>
/// <typeparam name="TWidth">Bits of a code.</typeparam>
/// <typeparam name="TNorm">What levels are counted over.</typeparam>
/// <param name="stream">The stream.</param>
/// <param name="levels">s, 1 to 2^(bits − 1) − 1.</param>
/// <param name="inverse">s / norm where the kernel holds it; else ignored.</param>
internal readonly struct StochasticLevels<TStream, TWidth, TNorm>(TStream stream, int levels, float inverse) : IEncode
    where TStream : struct, ICounterStream
    where TWidth : struct, IIntegerWidth
    where TNorm : struct, ILevelNorm
{
    private readonly TStream _stream = stream;
    private readonly float _levels = levels, _inverse = inverse, _largestScale = LevelScale.Largest(levels);

    public static int MaxUlp => 0;

    public static int Bits => TWidth.Bits;

    public static BlockNorm Norm => TNorm.Norm;

    public static bool IsRandom => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => _stream.Words(block);

    public float Scale(double norm)
    {
        float scale = (float)(norm / _levels);
        return scale > _largestScale ? _largestScale : scale;
    }

    public float Inverse(float scale) => (float)(1 / (double)scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWord Code<TLane, TWord>(TLane scaled, TWord random)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        if (TNorm.Norm == BlockNorm.None)
        {
            scaled *= TLane.Splat(_inverse);
        }

        // Rounding scaled + u − ½ to nearest is the floor of scaled + u; the sum is held below what would round beyond the last level.
        TLane limit = TLane.Splat(_levels + 0.25f), least = TLane.Splat(-_levels - 0.25f);
        TLane dither = (TLane.FromSigned(random) * TLane.Splat(1f / 65536f)) + TLane.Splat((0.5f / 65536f) - 0.5f);
        TLane moved = scaled + dither;
        moved = TLane.SelectGreater(limit, moved, moved, limit);
        moved = TLane.SelectGreater(moved, least, moved, least);
        return TLane.ToBits(moved + TLane.Splat(12582912f)) & TWord.Splat((1u << TWidth.Bits) - 1);
    }
}

/// <summary>The integer of a code in two's complement, times a number that stands for the whole vector.</summary>
/// <typeparam name="TWidth">Bits of a code.</typeparam>
/// <param name="factor">The number.</param>
internal readonly struct LevelValue<TWidth>(float factor) : IDecode
    where TWidth : struct, IIntegerWidth
{
    private readonly float _factor = factor;

    public static int MaxUlp => 0;

    public static int Bits => TWidth.Bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value<TLane, TWord>(TWord code)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        default(IntegerValue<TWidth>).Value<TLane, TWord>(code) * TLane.Splat(_factor);
}
