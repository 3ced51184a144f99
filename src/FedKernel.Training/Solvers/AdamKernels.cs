// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Training.Solvers;

/// <summary>destination = decay · moment + (1 − decay) · gradient</summary>
/// <param name="decay">β₁.</param>
public readonly struct FirstMoment(double decay) : IMap2
{
    private readonly float _decay = (float)decay, _rest = (float)(1 - decay);

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x, TLane y)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => (TLane.Splat(_decay) * x) + (TLane.Splat(_rest) * y);
}

/// <summary>destination = decay · moment + (1 − decay) · gradient²</summary>
/// <param name="decay">β₂.</param>
public readonly struct SecondMoment(double decay) : IMap2
{
    private readonly float _decay = (float)decay, _rest = (float)(1 - decay);

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x, TLane y)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => (TLane.Splat(_decay) * x) + (TLane.Splat(_rest) * y * y);
}

/// <summary>destination = first / (√second · correction + ε)</summary>
/// <param name="correction">1/√(1 − β₂ᵗ).</param>
/// <param name="epsilon">Keeps the denominator from 0.</param>
public readonly struct AdamDirection(double correction, double epsilon) : IMap2
{
    private readonly float _correction = (float)correction, _epsilon = (float)epsilon;

    /// <inheritdoc/>
    public static int MaxUlp => 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x, TLane y)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        x / ((TLane.Sqrt(y) * TLane.Splat(_correction)) + TLane.Splat(_epsilon));
}
