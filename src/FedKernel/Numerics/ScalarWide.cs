// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace FedKernel.Numerics;

/// <summary>One float64.</summary>
/// <param name="value">The number.</param>
public readonly unsafe struct ScalarWide(double value) : IWideLane<ScalarWide, ScalarLong>, ISimdWideLane<ScalarWide>
{
    /// <summary>The number.</summary>
    public readonly double Value = value;

    static int ISimdLane<ScalarWide, double>.Count => 1;

    static ScalarWide ISimdLane<ScalarWide, double>.Load(double* source) => new(*source);

    static void ISimdLane<ScalarWide, double>.Store(ScalarWide value, double* destination) => *destination = value.Value;

    static ScalarWide ISimdWideLane<ScalarWide>.LoadWidened(float* source) => new(*source);

    static ScalarWide ISimdWideLane<ScalarWide>.LoadWidened(BFloat16* source) => new((float)*source);

    static ScalarWide ISimdWideLane<ScalarWide>.LoadWidened(Half* source) => new((float)*source);

    static ScalarWide ISimdWideLane<ScalarWide>.WidenLower<TLane>(TLane lane) =>
        new(Unsafe.BitCast<TLane, ScalarLane>(lane).Value);

    // One number has no upper half.
    static ScalarWide ISimdWideLane<ScalarWide>.WidenUpper<TLane>(TLane lane) => new(0);

    static void ISimdWideLane<ScalarWide>.StoreNarrowed(ScalarWide value, float* destination) =>
        *destination = (float)value.Value;

    /// <inheritdoc/>
    public static ScalarWide Splat(double value) => new(value);

    /// <inheritdoc/>
    public static ScalarWide operator +(ScalarWide a, ScalarWide b) => new(a.Value + b.Value);

    /// <inheritdoc/>
    public static ScalarWide operator -(ScalarWide a, ScalarWide b) => new(a.Value - b.Value);

    /// <inheritdoc/>
    public static ScalarWide operator *(ScalarWide a, ScalarWide b) => new(a.Value * b.Value);

    /// <inheritdoc/>
    public static ScalarWide Abs(ScalarWide a) => new(Math.Abs(a.Value));

    /// <inheritdoc/>
    public static ScalarWide SelectGreater(ScalarWide a, ScalarWide b, ScalarWide whenTrue, ScalarWide whenFalse) =>
        a.Value > b.Value ? whenTrue : whenFalse;

    /// <inheritdoc/>
    public static ScalarLong ToBits(ScalarWide a) => new(BitConverter.DoubleToInt64Bits(a.Value));

    /// <inheritdoc/>
    public static ScalarWide FromLong(ScalarLong value) => new(value.Value);
}

/// <summary>One int64.</summary>
/// <param name="value">The number.</param>
public readonly unsafe struct ScalarLong(long value) : ILongLane<ScalarLong>, ISimdLane<ScalarLong, long>
{
    /// <summary>The number.</summary>
    public readonly long Value = value;

    static int ISimdLane<ScalarLong, long>.Count => 1;

    static ScalarLong ISimdLane<ScalarLong, long>.Load(long* source) => new(*source);

    static void ISimdLane<ScalarLong, long>.Store(ScalarLong value, long* destination) => *destination = value.Value;

    /// <inheritdoc/>
    public static ScalarLong Splat(long value) => new(value);

    /// <inheritdoc/>
    public static ScalarLong operator +(ScalarLong a, ScalarLong b) => new(a.Value + b.Value);

    /// <inheritdoc/>
    public static ScalarLong operator -(ScalarLong a, ScalarLong b) => new(a.Value - b.Value);
}
