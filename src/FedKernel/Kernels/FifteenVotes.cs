// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>The words at one place of fifteen rows of bits.</summary>
internal interface IVoteRows<TWord>
    where TWord : struct, IWordLane<TWord>
{
    /// <summary>The word of a row.</summary>
    TWord Row(int number);
}

/// <summary>
/// Bit-sliced counting: bit b of plane p is bit p of the count at place b · a tree of eleven carry-save adders makes 4 bits of the sum of
/// fifteen, Harley and Seal (Warren, Hacker's Delight, section 5-1). Bitwise alone, so the same on every device.
/// </summary>
internal static class FifteenVotes
{
    /// <summary>Rows of one call.</summary>
    public const int Rows = 15;

    /// <summary>Bits of their sum: planes that there must be at least.</summary>
    public const int Planes = 4;

    /// <summary>How many of the fifteen bits at each place are 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Count<TRows, TWord>(TRows rows, out TWord ones, out TWord twos, out TWord fours, out TWord eights)
        where TRows : struct, IVoteRows<TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TWord a = Add(rows.Row(0), rows.Row(1), rows.Row(2), out TWord carryA);
        TWord b = Add(rows.Row(3), rows.Row(4), rows.Row(5), out TWord carryB);
        a = Add(a, b, rows.Row(6), out TWord carryC);
        TWord twosA = Add(carryA, carryB, carryC, out TWord foursA);
        b = Add(rows.Row(7), rows.Row(8), rows.Row(9), out carryA);
        TWord c = Add(rows.Row(10), rows.Row(11), rows.Row(12), out carryB);
        b = Add(b, c, rows.Row(13), out carryC);
        TWord twosB = Add(carryA, carryB, carryC, out TWord foursB);
        ones = Add(a, b, rows.Row(14), out carryA);
        twos = Add(twosA, twosB, carryA, out TWord foursC);
        fours = Add(foursA, foursB, foursC, out eights);
    }

    /// <summary>The lower bit of a + b + c, and the upper one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWord Add<TWord>(TWord a, TWord b, TWord c, out TWord carry)
        where TWord : struct, IWordLane<TWord>
    {
        TWord half = a ^ b;
        carry = (a & b) | (half & c);
        return half ^ c;
    }

    /// <summary>Whether count ≥ threshold, from what its lower bits say of those of the threshold.</summary>
    /// <param name="plane">The next bit of the count.</param>
    /// <param name="reaches">Whether the lower bits reach the threshold's; all ones before the first.</param>
    /// <param name="bit">The next bit of the threshold.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWord Reaches<TWord>(TWord plane, TWord reaches, bool bit)
        where TWord : struct, IWordLane<TWord> => bit ? plane & reaches : plane | reaches;
}
