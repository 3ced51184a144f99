// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Numerics;

/// <summary>Uint32 arithmetic modulo 2³² for one word or for a register of them. Bit-equal everywhere.</summary>
/// <typeparam name="TSelf">The lane itself.</typeparam>
public interface IWordLane<TSelf>
    where TSelf : struct, IWordLane<TSelf>
{
    /// <summary>The same value in every element.</summary>
    static abstract TSelf Splat(uint value);

    /// <summary>a + b mod 2³²</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a − b mod 2³²</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>a · b mod 2³²</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>Bitwise and.</summary>
    static abstract TSelf operator &(TSelf a, TSelf b);

    /// <summary>Bitwise or.</summary>
    static abstract TSelf operator |(TSelf a, TSelf b);

    /// <summary>Bitwise exclusive or.</summary>
    static abstract TSelf operator ^(TSelf a, TSelf b);

    /// <summary>a shifted left by 0 to 31 bits.</summary>
    static abstract TSelf operator <<(TSelf a, int count);

    /// <summary>a, read as int32, shifted right by 0 to 31 bits: the sign comes in.</summary>
    static abstract TSelf operator >>(TSelf a, int count);

    /// <summary>a shifted right by 0 to 31 bits: zeros come in.</summary>
    static abstract TSelf operator >>>(TSelf a, int count);

    /// <summary>The upper 32 bits of the 64-bit product.</summary>
    static abstract TSelf MultiplyHigh(TSelf a, TSelf b);

    /// <summary>The larger, element by element, as unsigned numbers.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>a rotated left by 1 to 31 bits.</summary>
    static abstract TSelf RotateLeft(TSelf a, int count);
}
