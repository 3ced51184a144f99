// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>destination[i] = float32(integers[i] · factor): the mean, once the terms are summed.</summary>
/// <param name="factor">1 / (total weight · 2^(bits after the point)).</param>
public readonly struct FixedPointResolve(double factor) : IResolve
{
    private readonly double _factor = factor;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWide Invoke<TWide, TLong>(TLong accumulated)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong> => TWide.FromLong(accumulated) * TWide.Splat(_factor);
}
