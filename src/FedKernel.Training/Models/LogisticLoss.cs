// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Training.Models;

/// <summary>destination[i] = max(m, 0) − m·y + ln(1 + e^−|m|): binary cross-entropy of margin m and label y, which cannot overflow.</summary>
public readonly struct LogisticLoss : IMap2
{
    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x, TLane y)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane zero = TLane.Splat(0f);
        TLane t = LaneMath.Exp<TLane, TWord>(zero - TLane.Abs(x));
        return TLane.SelectGreater(x, zero, x, zero) - (x * y) + LaneMath.Log<TLane, TWord>(TLane.Splat(1f) + t);
    }
}
