// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>A fixed book of sixteen levels in [−1, 1].</summary>
internal interface ILevelBook
{
    /// <summary>The code of the level nearest to a value of [−1, 1].</summary>
    static abstract TWord Nearest<TLane, TWord>(TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>;
}

/// <summary>code = which level of the book is nearest to x / max |x|; scale = max |x|.</summary>
/// <remarks>A book compares with every boundary, none of which waits for another: a search needs a table that every lane can read.</remarks>
internal readonly struct NearestInBook<TBook> : IEncode
    where TBook : struct, ILevelBook
{
    public static int MaxUlp => 0;

    public static int Bits => 4;

    public static BlockNorm Norm => BlockNorm.Maximum;

    public static bool IsRandom => false;

    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => default;

    public float Scale(double norm) => (float)norm;

    public float Inverse(float scale) => (float)(1 / (double)scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWord Code<TLane, TWord>(TLane scaled, TWord random)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> => TBook.Nearest<TLane, TWord>(scaled);
}

/// <summary>What books are written with.</summary>
internal static class Boundary
{
    /// <summary>A code above the boundary, and what was found so far elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Above<TLane, TWord>(TLane x, float boundary, uint code, TLane found)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        TLane.SelectGreater(x, TLane.Splat(boundary), TLane.FromBits(TWord.Splat(code)), found);
}
