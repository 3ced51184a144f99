// SPDX-License-Identifier: Apache-2.0
// Stochastic rounding to an integer grid · P. Kairouz, Z. Liu, T. Steinke, "The distributed discrete Gaussian mechanism for federated
// learning with secure aggregation", ICML 2021 (arXiv 2102.06387), definition 7: up with a probability of the fraction.
// Different here: 23 random bits an element, so |E[rounded] − x| ≤ 2⁻²⁴ of a step; the fraction itself is exact.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Kernels;

/// <summary>destination[i] = factor · x[i] rounded to one of its two neighbouring integers, as a float32 that is an integer.</summary>
/// <remarks>A product that is not below 2²³ in magnitude, or NaN, counts as 0, as in <see cref="RoundToGrid"/>.</remarks>
/// <typeparam name="TStream">Philox or ChaCha20; the norm does not depend on its secrecy.</typeparam>
/// <param name="stream">Where the random bits come from.</param>
/// <param name="factor">Steps of the grid per unit of x, finite and not negative.</param>
public readonly struct DitherToGrid<TStream>(TStream stream, float factor) : ISample
    where TStream : struct, ICounterStream
{
    private readonly TStream _stream = stream;
    private readonly float _factor = factor;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => _stream.Words(block);

    /// <inheritdoc/>
    /// <remarks>u = (r + ½) / 2²³, in (0, 1), exact in float32.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pair<TLane, TWord>(TWord u, TWord v, out TLane first, out TLane second)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        first = (TLane.FromSigned(u >>> 9) + TLane.Splat(0.5f)) * TLane.Splat(1f / 8388608f);
        second = (TLane.FromSigned(v >>> 9) + TLane.Splat(0.5f)) * TLane.Splat(1f / 8388608f);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Apply<TLane, TWord>(TLane source, TLane sample)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane magnitude = TLane.Abs(TLane.Splat(_factor) * source), limit = TLane.Splat(RoundToGrid.Limit), one = TLane.Splat(1);
        magnitude = TLane.SelectGreater(limit, magnitude, magnitude, TLane.Splat(0));
        TLane nearest = (magnitude + limit) - limit;
        TLane floor = TLane.SelectGreater(nearest, magnitude, nearest - one, nearest);
        TLane rounded = TLane.SelectGreater(magnitude - floor, sample, floor + one, floor);
        return TLane.FromBits(TLane.ToBits(rounded) | (TLane.ToBits(source) & TWord.Splat(0x80000000)));
    }
}
