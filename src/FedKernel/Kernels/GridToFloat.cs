// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>destination[i] = step · x[i], with x[i] the bits of an int32: what integers on a grid stand for, rounded twice.</summary>
/// <param name="step">The step of the grid, over the number of summands for a mean; finite.</param>
public readonly struct GridToFloat(float step) : IMap1
{
    private readonly float _step = step;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => TLane.Splat(_step) * TLane.FromSigned(TLane.ToBits(x));
}
