// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>destination[i] = the bits of int32(factor · x[i]) rounded towards zero: no value, and no norm, grows.</summary>
/// <remarks><inheritdoc cref="RoundToGrid" path="/remarks"/></remarks>
/// <param name="factor">Steps of the grid per unit of x, finite and not negative.</param>
public readonly struct TruncateToGrid(float factor) : IMap1
{
    private readonly float _factor = factor;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane magnitude = TLane.Abs(TLane.Splat(_factor) * x), limit = TLane.Splat(RoundToGrid.Limit);
        magnitude = TLane.SelectGreater(limit, magnitude, magnitude, TLane.Splat(0));
        TLane lifted = magnitude + limit;
        lifted = TLane.SelectGreater(lifted - limit, magnitude, lifted - TLane.Splat(1), lifted);
        TWord sign = TLane.ToBits(x) >> 31;
        return TLane.FromBits(((TLane.ToBits(lifted) - TLane.ToBits(limit)) ^ sign) - sign);
    }
}
