// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Training.Models;

/// <summary>Σ x[i]² of each row, for <see cref="Devices.Device.ReduceRows"/>; the second vector is not looked at.</summary>
public readonly struct RowSquaredNorm : IReduce2
{
    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWide Term<TWide, TLong>(TWide x, TWide y)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong> => x * x;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWide Combine<TWide, TLong>(TWide accumulated, TWide next)
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong> => accumulated + next;
}
