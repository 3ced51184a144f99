// SPDX-License-Identifier: Apache-2.0
// The discrete Gaussian mechanism's noise · C. Canonne, G. Kamath, T. Steinke, NeurIPS 2020 (arXiv 2004.00010), section 2.
// The law, its tables and the proof of their distance from it: DiscreteGaussianTable; the formula: DiscreteGaussianDraw.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;
using FedKernel.Random;
using FedKernel.Random.Discrete;

namespace FedKernel.Kernels;

/// <summary>destination[i] = source[i] + z modulo 2³², with z from a discrete Gaussian; the same time for every z.</summary>
/// <remarks>As int32 exact if |source[i]| ≤ 2³¹ − 1 − <see cref="DiscreteGaussianTable.Bound"/>; as a ring of 2³² always.</remarks>
/// <typeparam name="TStream">The stream: ChaCha20 for privacy, Philox for simulation.</typeparam>
/// <param name="stream">Where the random words come from.</param>
/// <param name="shape">Of the table that the launch gets.</param>
public readonly struct DiscreteGaussianNoise<TStream>(TStream stream, DrawShape shape) : IDraw<int>
    where TStream : struct, ICounterStream
{
    private readonly TStream _stream = stream;
    private readonly DrawShape _shape = shape;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    public int TableLength => _shape.Length;

    /// <inheritdoc/>
    public int BlocksPerStep => 2 * _shape.Terms;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Draw<TTable, TWord>(TTable table, TWord step)
        where TTable : struct, IWordTable
        where TWord : struct, IWordLane<TWord> => DiscreteGaussianDraw.Draw(_stream, _shape, table, step);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWord Apply<TLane, TWord>(TWord source, TWord sample)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => source + sample;
}
