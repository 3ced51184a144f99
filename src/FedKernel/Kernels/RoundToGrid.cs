// SPDX-License-Identifier: Apache-2.0
// Rounding to an integer grid, to nearest even. Adding 2²³ to a magnitude below it leaves the integer in the low bits: the one
// rounding is that of the addition. Integers leave through float lanes as their bits, so every device has this kernel already.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>destination[i] = the bits of int32(round(factor · x[i])), half to even: each differs from the float32 product by at most ½.</summary>
/// <remarks>A product that is not below 2²³ in magnitude, or NaN, counts as 0: who makes a promise about the result rules it out.</remarks>
/// <param name="factor">Steps of the grid per unit of x, finite and not negative.</param>
public readonly struct RoundToGrid(float factor) : IMap1
{
    /// <summary>Magnitudes from here on count as 0: 2²³.</summary>
    public const float Limit = 8388608;

    private readonly float _factor = factor;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane magnitude = TLane.Abs(TLane.Splat(_factor) * x), limit = TLane.Splat(Limit);
        magnitude = TLane.SelectGreater(limit, magnitude, magnitude, TLane.Splat(0));
        TWord sign = TLane.ToBits(x) >> 31;
        return TLane.FromBits(((TLane.ToBits(magnitude + limit) - TLane.ToBits(limit)) ^ sign) - sign);
    }
}
