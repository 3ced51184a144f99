// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Numerics;

/// <summary>
/// Float32 arithmetic for one number or for a register of them: the vocabulary that formulas are written in.
/// </summary>
/// <remarks>
/// Every operation is the IEEE 754 one, rounded to nearest even, so one formula gives the same bits on every lane. There is
/// no fused multiply-add on purpose: not every device has one, and with it the bits would depend on the device.
/// </remarks>
/// <typeparam name="TSelf">The lane itself.</typeparam>
/// <typeparam name="TWord">Its companion over uint32, of the same width.</typeparam>
public interface ILane<TSelf, TWord>
    where TSelf : struct, ILane<TSelf, TWord>
    where TWord : struct, IWordLane<TWord>
{
    /// <summary>The same value in every element.</summary>
    static abstract TSelf Splat(float value);

    /// <summary>a + b</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a − b</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>a · b</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>a / b. OpenCL allows 2.5 ulp here: a kernel that divides declares it.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>√a, correctly rounded. OpenCL allows 3 ulp here: a kernel that needs a root declares it.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>|a|, by clearing the sign bit.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>a &gt; b ? whenTrue : whenFalse, element by element; false where either is NaN.</summary>
    static abstract TSelf SelectGreater(TSelf a, TSelf b, TSelf whenTrue, TSelf whenFalse);

    /// <summary>The bits of each float.</summary>
    static abstract TWord ToBits(TSelf a);

    /// <summary>The float of each bit pattern.</summary>
    static abstract TSelf FromBits(TWord bits);

    /// <summary>Each word, read as int32, as the nearest float.</summary>
    static abstract TSelf FromSigned(TWord word);
}
