// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Numerics;

/// <summary>
/// Float64 arithmetic for one number or for a register of them. Reductions and exact sums are written in it: the product of
/// two float32 values is exact here, so a device that fuses the following addition gives the same bits as one that does not.
/// </summary>
/// <typeparam name="TSelf">The lane itself.</typeparam>
/// <typeparam name="TLong">Its companion over int64, of the same width.</typeparam>
public interface IWideLane<TSelf, TLong>
    where TSelf : struct, IWideLane<TSelf, TLong>
    where TLong : struct, ILongLane<TLong>
{
    /// <summary>The same value in every element.</summary>
    static abstract TSelf Splat(double value);

    /// <summary>a + b</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a − b</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>a · b</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>|a|, by clearing the sign bit.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>a &gt; b ? whenTrue : whenFalse, element by element; false where either is NaN.</summary>
    static abstract TSelf SelectGreater(TSelf a, TSelf b, TSelf whenTrue, TSelf whenFalse);

    /// <summary>The bits of each double.</summary>
    static abstract TLong ToBits(TSelf a);

    /// <summary>Each integer as the nearest double.</summary>
    static abstract TSelf FromLong(TLong value);
}
