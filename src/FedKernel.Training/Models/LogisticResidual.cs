// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Training.Models;

/// <summary>destination[i] = (σ(margin[i]) − label[i]) · factor: the derivative of the logistic loss by the margin.</summary>
/// <param name="factor">1 for single examples, 1/n for the gradient of a mean.</param>
public readonly struct LogisticResidual(float factor) : IMap2
{
    private readonly float _factor = factor;

    /// <inheritdoc/>
    public static int MaxUlp => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane, TWord>(TLane x, TLane y)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => (Sigmoid.Of<TLane, TWord>(x) - y) * TLane.Splat(_factor);
}
