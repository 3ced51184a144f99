// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>destination[i] = Σ weight[k] · row[k][i], added in the order of the rows, in float32.</summary>
/// <remarks>The plain float form of FedAvg: fast, but another order of the clients gives other bits. Exact: <see cref="FixedPointAccumulate"/>.</remarks>
public readonly struct WeightedSum : IRowCombine
{
    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Step<TLane, TWord>(TLane accumulated, TLane row, TLane weight)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => accumulated + (weight * row);
}
