// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Training.Models;

/// <summary>destination[i] = min(max(x[i], −bound[i]), bound[i]). NaN becomes −bound: whatever comes in, the result is bounded.</summary>
public readonly struct ClampToBound : IMap2
{
    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x, TLane y)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane low = TLane.Splat(0f) - y;
        TLane raised = TLane.SelectGreater(x, low, x, low);
        return TLane.SelectGreater(y, raised, raised, y);
    }
}
