// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Kernels;

/// <summary>destination[i] = the bits of int32(round(clamp(factor · x[i], −limit, limit))), half to even.</summary>
/// <remarks>NaN counts as the limit: who makes a promise about the result rules it out.</remarks>
/// <param name="factor">Steps of the lattice per unit of x, finite and not negative.</param>
/// <param name="limit">A whole number, 1 to 2²³ − 1.</param>
internal readonly struct RoundToLattice(float factor, float limit) : IMap1
{
    private readonly float _factor = factor, _limit = limit;

    public static int MaxUlp => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        new RoundToGrid(1).Invoke<TLane, TWord>(Clamp<TLane, TWord>(x, _factor, _limit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLane Clamp<TLane, TWord>(TLane x, float factor, float limit)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane scaled = TLane.Splat(factor) * x, most = TLane.Splat(limit), least = TLane.Splat(-limit);
        scaled = TLane.SelectGreater(most, scaled, scaled, most);
        return TLane.SelectGreater(scaled, least, scaled, least);
    }
}

/// <summary>The same, rounded to one of the two neighbouring integers: E[rounded] = clamp(factor · x) up to 2⁻²⁴.</summary>
/// <param name="stream">Where the random bits come from.</param>
/// <param name="factor">As for <see cref="RoundToLattice"/>.</param>
/// <param name="limit">As for <see cref="RoundToLattice"/>.</param>
internal readonly struct DitherToLattice<TStream>(TStream stream, float factor, float limit) : ISample
    where TStream : struct, ICounterStream
{
    private readonly DitherToGrid<TStream> _dither = new(stream, 1);
    private readonly float _factor = factor, _limit = limit;

    public static int MaxUlp => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => _dither.Words(block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pair<TLane, TWord>(TWord u, TWord v, out TLane first, out TLane second)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => _dither.Pair(u, v, out first, out second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Apply<TLane, TWord>(TLane source, TLane sample)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => new RoundToGrid(1).Invoke<TLane, TWord>(
            _dither.Apply<TLane, TWord>(RoundToLattice.Clamp<TLane, TWord>(source, _factor, _limit), sample));
}

/// <summary>destination[i] = step · the low bits of x[i] as a signed integer: what a sum modulo 2^bits stands for.</summary>
/// <param name="bits">1 to 32.</param>
/// <param name="step">The step of the lattice, finite.</param>
internal readonly struct LatticeToFloat(int bits, float step) : IMap1
{
    private readonly int _above = 32 - bits;
    private readonly float _step = step;

    public static int MaxUlp => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        TLane.Splat(_step) * TLane.FromSigned((TLane.ToBits(x) << _above) >> _above);
}
