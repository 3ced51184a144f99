// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>destination[i] = factor · x[i] + y[i] (BLAS axpy), two roundings.</summary>
/// <param name="factor">Any float32.</param>
public readonly struct Axpy(float factor) : IMap2
{
    private readonly float _factor = factor;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x, TLane y)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => (TLane.Splat(_factor) * x) + y;
}
