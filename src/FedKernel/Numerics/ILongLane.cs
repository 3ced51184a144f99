// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Numerics;

/// <summary>Int64 arithmetic modulo 2⁶⁴ for one number or for a register of them. Bit-equal everywhere.</summary>
/// <typeparam name="TSelf">The lane itself.</typeparam>
public interface ILongLane<TSelf>
    where TSelf : struct, ILongLane<TSelf>
{
    /// <summary>The same value in every element.</summary>
    static abstract TSelf Splat(long value);

    /// <summary>a + b mod 2⁶⁴</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a − b mod 2⁶⁴</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);
}
