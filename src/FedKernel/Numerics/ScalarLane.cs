// SPDX-License-Identifier: Apache-2.0

namespace FedKernel.Numerics;

/// <summary>One float32: the tail of every loop, and the only lane of a GPU thread.</summary>
/// <param name="value">The number.</param>
public readonly unsafe struct ScalarLane(float value) : ILane<ScalarLane, ScalarWord>, ISimdFloatLane<ScalarLane>
{
    /// <summary>The number.</summary>
    public readonly float Value = value;

    static int ISimdLane<ScalarLane, float>.Count => 1;

    static ScalarLane ISimdLane<ScalarLane, float>.Load(float* source) => new(*source);

    static void ISimdLane<ScalarLane, float>.Store(ScalarLane value, float* destination) => *destination = value.Value;

    static ScalarLane ISimdFloatLane<ScalarLane>.LoadNarrowed(double* source) => new((float)*source);

    static float ISimdFloatLane<ScalarLane>.LargestOf(ScalarLane magnitudes) => magnitudes.Value;

    static void ISimdFloatLane<ScalarLane>.StoreNonTemporal(ScalarLane value, float* destination) => *destination = value.Value;

    static ScalarLane ISimdFloatLane<ScalarLane>.Exchange(ScalarLane a, int distance) => a;

    /// <inheritdoc/>
    public static ScalarLane Splat(float value) => new(value);

    /// <inheritdoc/>
    public static ScalarLane operator +(ScalarLane a, ScalarLane b) => new(a.Value + b.Value);

    /// <inheritdoc/>
    public static ScalarLane operator -(ScalarLane a, ScalarLane b) => new(a.Value - b.Value);

    /// <inheritdoc/>
    public static ScalarLane operator *(ScalarLane a, ScalarLane b) => new(a.Value * b.Value);

    /// <inheritdoc/>
    public static ScalarLane operator /(ScalarLane a, ScalarLane b) => new(a.Value / b.Value);

    /// <inheritdoc/>
    public static ScalarLane Sqrt(ScalarLane a) => new(MathF.Sqrt(a.Value));

    /// <inheritdoc/>
    public static ScalarLane Abs(ScalarLane a) => new(MathF.Abs(a.Value));

    /// <inheritdoc/>
    public static ScalarLane SelectGreater(ScalarLane a, ScalarLane b, ScalarLane whenTrue, ScalarLane whenFalse) =>
        a.Value > b.Value ? whenTrue : whenFalse;

    /// <inheritdoc/>
    public static ScalarWord ToBits(ScalarLane a) => new((uint)BitConverter.SingleToInt32Bits(a.Value));

    /// <inheritdoc/>
    public static ScalarLane FromBits(ScalarWord bits) => new(BitConverter.Int32BitsToSingle((int)bits.Value));

    /// <inheritdoc/>
    public static ScalarLane FromSigned(ScalarWord word) => new((int)word.Value);
}

/// <summary>One uint32.</summary>
/// <param name="value">The number.</param>
public readonly unsafe struct ScalarWord(uint value)
    : IWordLane<ScalarWord>, ISimdWordLane<ScalarWord>
{
    /// <summary>The number.</summary>
    public readonly uint Value = value;

    static int ISimdLane<ScalarWord, uint>.Count => 1;

    static ScalarWord ISimdWordLane<ScalarWord>.Positions => new(0);

    static ScalarWord ISimdWordLane<ScalarWord>.LoadWidened(ushort* source) => new(*source);

    static ScalarWord ISimdWordLane<ScalarWord>.LoadWidened(byte* source) => new(*source);

    static void ISimdWordLane<ScalarWord>.StoreHalves(ScalarWord value, ushort* destination) => *destination = (ushort)value.Value;

    static void ISimdWordLane<ScalarWord>.StoreBytes(ScalarWord value, sbyte* destination) => *destination = (sbyte)value.Value;

    static uint ISimdWordLane<ScalarWord>.AtLeast(ScalarWord a, ScalarWord b) => a.Value >= b.Value ? 1u : 0;

    static void ISimdWordLane<ScalarWord>.StoreWhereAtLeast(ScalarWord value, ScalarWord key, ScalarWord least, uint* destination)
    {
        if (key.Value >= least.Value)
        {
            *destination = value.Value;
        }
    }

    static ScalarWord ISimdLane<ScalarWord, uint>.Load(uint* source) => new(*source);

    static void ISimdLane<ScalarWord, uint>.Store(ScalarWord value, uint* destination) => *destination = value.Value;

    /// <inheritdoc/>
    public static ScalarWord Splat(uint value) => new(value);

    /// <inheritdoc/>
    public static ScalarWord operator +(ScalarWord a, ScalarWord b) => new(a.Value + b.Value);

    /// <inheritdoc/>
    public static ScalarWord operator -(ScalarWord a, ScalarWord b) => new(a.Value - b.Value);

    /// <inheritdoc/>
    public static ScalarWord operator *(ScalarWord a, ScalarWord b) => new(a.Value * b.Value);

    /// <inheritdoc/>
    public static ScalarWord operator &(ScalarWord a, ScalarWord b) => new(a.Value & b.Value);

    /// <inheritdoc/>
    public static ScalarWord operator |(ScalarWord a, ScalarWord b) => new(a.Value | b.Value);

    /// <inheritdoc/>
    public static ScalarWord operator ^(ScalarWord a, ScalarWord b) => new(a.Value ^ b.Value);

    /// <inheritdoc/>
    public static ScalarWord operator <<(ScalarWord a, int count) => new(a.Value << count);

    /// <inheritdoc/>
    public static ScalarWord operator >>(ScalarWord a, int count) => new((uint)((int)a.Value >> count));

    /// <inheritdoc/>
    public static ScalarWord operator >>>(ScalarWord a, int count) => new(a.Value >> count);

    /// <inheritdoc/>
    public static ScalarWord MultiplyHigh(ScalarWord a, ScalarWord b) => new((uint)(((ulong)a.Value * b.Value) >> 32));

    /// <inheritdoc/>
    public static ScalarWord Max(ScalarWord a, ScalarWord b) => new(a.Value > b.Value ? a.Value : b.Value);

    /// <inheritdoc/>
    public static ScalarWord RotateLeft(ScalarWord a, int count) => new((a.Value << count) | (a.Value >> (32 - count)));
}
