// SPDX-License-Identifier: Apache-2.0
// Clip, scale to the grid, round, add discrete noise: one pass over the update, once its norm is known.
// The product is rounded to float32 and then to the nearest integer, ties to even. Products are split as 2¹²·h + l with |l| ≤ 2¹¹, by
// adding and taking away 1.5·2²³, which rounds both parts to integers exactly; 2¹² is even, so ties go where those of the whole go.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Kernels;

/// <summary>destination[i] = round(factor · source[i]) + z modulo 2³², with z from a discrete Gaussian, ties to even.</summary>
/// <remarks>Exact if |factor · source[i]| ≤ 2³⁰; NaN, infinity and what is beyond give an integer that means nothing: refuse them first.</remarks>
/// <typeparam name="TStream">The stream: ChaCha20 for privacy, Philox for simulation.</typeparam>
/// <param name="factor">Clipping factor over the step of the grid; whoever promises a norm rounds it down (see <see cref="ClipAndScale"/>).</param>
/// <param name="noise">The noise.</param>
public readonly struct RoundAndDiscreteNoise<TStream>(float factor, DiscreteGaussianNoise<TStream> noise) : IDraw<float>
    where TStream : struct, ICounterStream
{
    private readonly float _factor = factor;
    private readonly DiscreteGaussianNoise<TStream> _noise = noise;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    public int TableLength => _noise.TableLength;

    /// <inheritdoc/>
    public int BlocksPerStep => _noise.BlocksPerStep;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Draw<TTable, TWord>(TTable table, TWord step)
        where TTable : struct, IWordTable
        where TWord : struct, IWordLane<TWord> => _noise.Draw(table, step);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWord Apply<TLane, TWord>(TWord source, TWord sample)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane magic = TLane.Splat(12582912f), x = TLane.FromBits(source) * TLane.Splat(_factor);
        TLane high = (x * TLane.Splat(1f / 4096f)) + magic;
        TLane low = x - ((high - magic) * TLane.Splat(4096f)) + magic;
        TWord zero = TLane.ToBits(magic);
        return ((TLane.ToBits(high) - zero) << 12) + (TLane.ToBits(low) - zero) + sample;
    }
}
