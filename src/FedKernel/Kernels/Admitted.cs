// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>The contract of <see cref="IAccumulate.Limit"/>, for every loop that accumulates.</summary>
internal static class Admitted
{
    /// <summary>The integer that x contributes: that of 0 if x is NaN or not below the limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLong Term<TOp, TWide, TLong>(TOp op, TWide x)
        where TOp : struct, IAccumulate
        where TWide : struct, IWideLane<TWide, TLong>
        where TLong : struct, ILongLane<TLong> =>
        op.Invoke<TWide, TLong>(TWide.SelectGreater(TWide.Splat(op.Limit), TWide.Abs(x), x, TWide.Splat(0)));
}
