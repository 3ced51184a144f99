// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>A whole block of samples at once, for a loop that keeps them in registers by name.</summary>
internal static class SampleBlock
{
    /// <summary>The sixteen samples of the blocks whose numbers are given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block16<TLane> Draw<TOp, TLane, TWord>(TOp op, TWord block)
        where TOp : struct, ISample
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        Block16<TWord> w = op.Words(block);
        Block16<TLane> samples;
        op.Pair(w.R0, w.R1, out samples.R0, out samples.R1);
        op.Pair(w.R2, w.R3, out samples.R2, out samples.R3);
        op.Pair(w.R4, w.R5, out samples.R4, out samples.R5);
        op.Pair(w.R6, w.R7, out samples.R6, out samples.R7);
        op.Pair(w.R8, w.R9, out samples.R8, out samples.R9);
        op.Pair(w.R10, w.R11, out samples.R10, out samples.R11);
        op.Pair(w.R12, w.R13, out samples.R12, out samples.R13);
        op.Pair(w.R14, w.R15, out samples.R14, out samples.R15);
        return samples;
    }
}
