// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>Σ (x[i] · scale)², for sums that are kept in float32 afterwards: those of huge values would overflow there.</summary>
/// <param name="scale">Finite: 1 over the largest magnitude.</param>
public readonly struct ScaledSquaredL2Norm(double scale) : IReduce1
{
    private readonly double _scale = scale;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWide Term<TWide, TLong>(TWide x)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong>
    {
        TWide scaled = x * TWide.Splat(_scale);
        return scaled * scaled;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWide Combine<TWide, TLong>(TWide accumulated, TWide next)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong> => accumulated + next;
}
