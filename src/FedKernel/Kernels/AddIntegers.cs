// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>destination[i] = x[i] + y[i] mod 2³², on the bits of int32: exact, hence in any order.</summary>
public readonly struct AddIntegers : IMap2
{
    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x, TLane y)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => TLane.FromBits(TLane.ToBits(x) + TLane.ToBits(y));
}
