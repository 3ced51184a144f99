// SPDX-License-Identifier: Apache-2.0
// σ(m) = 1 / (1 + e^−m) without a division and without overflow.
// With t = e^−|m| in (0, 1] the denominator 1 + t lies in (1, 2], and σ(m) is 1/(1 + t) or t/(1 + t) by the sign of m. The
// reciprocal comes from a linear guess and three Newton steps, each of which squares the relative error: 1/17, 1/289, 10⁻⁵,
// 10⁻¹⁰. Devices round a division differently, additions and products they do not: a trained model has the same bits anywhere.
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Training.Models;

/// <summary>The logistic function on a lane.</summary>
internal static class Sigmoid
{
    /// <summary>σ(m), at most 4 ulp from the true value where |m| ≤ 87; NaN gives 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane, TWord>(TLane margin)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane one = TLane.Splat(1f), two = TLane.Splat(2f), zero = TLane.Splat(0f);
        TLane t = LaneMath.Exp<TLane, TWord>(zero - TLane.Abs(margin));
        TLane d = one + t;
        // 48/17 − 32/17·(d/2), halved: the best line for 1/d on [1, 2].
        TLane r = TLane.Splat(24f / 17f) - (TLane.Splat(8f / 17f) * d);
        r *= two - (d * r);
        r *= two - (d * r);
        r *= two - (d * r);
        return TLane.SelectGreater(zero, margin, t * r, r);
    }
}
