// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Training.Models;

/// <summary>destination[i] = 1 if (margin &gt; 0) is the label, else 0: accuracy at probability ½ is its mean.</summary>
public readonly struct CorrectPrediction : IMap2
{
    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x, TLane y)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        TLane.SelectGreater(x, TLane.Splat(0f), y, TLane.Splat(1f) - y);
}
