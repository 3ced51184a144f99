// SPDX-License-Identifier: Apache-2.0
// Stochastic rounding to 8 bits · D. Alistarh et al., "QSGD", NeurIPS 2017, section 3, with 127 levels and a block's max |x| as norm.
// code = ⌊x / scale + u⌋ with u = (r + ½) / 2¹⁶, r uniform in 0 … 2¹⁶ − 1. Unbiased up to the grid of u: |E[code·scale] − x| ≤
// scale · 2⁻¹⁶.
// Different here: a block is 256 elements, 16 random bits an element (32 would halve the speed and buy 2⁻³³).
using System.Runtime.CompilerServices;
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Kernels;

/// <summary>codes[i] = ⌊x[i] / scale + u⌋ with u uniform in (0, 1): an unbiased code of 8 bits, −127 to 127.</summary>
/// <typeparam name="TStream">Philox for speed, ChaCha20 where the rounding protects somebody.</typeparam>
/// <param name="stream">Where the random bits come from.</param>
public readonly struct StochasticRounding<TStream>(TStream stream) : IQuantize
    where TStream : struct, ICounterStream
{
    private readonly TStream _stream = stream;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    public static int MaximumCode => 127;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => _stream.Words(block);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWord Code<TLane, TWord>(TLane scaled, TWord random)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        // Rounding scaled + u − ½ to nearest is the floor of scaled + u. The sum is held below 127½, which would round to 128.
        TLane limit = TLane.Splat(127.25f);
        TLane dither = (TLane.FromSigned(random) * TLane.Splat(1f / 65536f)) + TLane.Splat((0.5f / 65536f) - 0.5f);
        TLane moved = scaled + dither;
        moved = TLane.SelectGreater(limit, moved, moved, limit);
        moved = TLane.SelectGreater(moved, TLane.Splat(-127.25f), moved, TLane.Splat(-127.25f));
        TLane magic = TLane.Splat(12582912f);
        return TLane.ToBits(moved + magic) - TLane.ToBits(magic);
    }
}
