// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FedKernel.Numerics;

/// <summary>A register of 8 float32.</summary>
internal readonly unsafe struct Simd256Lane(Vector256<float> value)
    : ILane<Simd256Lane, Simd256Word>, ISimdFloatLane<Simd256Lane>
{
    public readonly Vector256<float> Value = value;

    public static int Count => Vector256<float>.Count;

    public static Simd256Lane Load(float* source) => new(Vector256.Load(source));

    public static void Store(Simd256Lane value, float* destination) => value.Value.Store(destination);

    public static Simd256Lane LoadNarrowed(double* source) =>
        new(Vector256.Narrow(Vector256.Load(source), Vector256.Load(source + 4)));

    public static void StoreNonTemporal(Simd256Lane value, float* destination) =>
        value.Value.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LargestOf(Simd256Lane magnitudes)
    {
        Vector256<int> m = magnitudes.Value.AsInt32();
        return Simd128Lane.LargestOf(new(Vector128.Max(m.GetLower(), m.GetUpper()).AsSingle()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256Lane Exchange(Simd256Lane a, int distance) => distance switch
    {
        1 => new(Vector256.Shuffle(a.Value, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6))),
        2 => new(Vector256.Shuffle(a.Value, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5))),
        _ => new(Vector256.Shuffle(a.Value, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3))),
    };

    public static Simd256Lane Splat(float value) => new(Vector256.Create(value));

    public static Simd256Lane operator +(Simd256Lane a, Simd256Lane b) => new(a.Value + b.Value);

    public static Simd256Lane operator -(Simd256Lane a, Simd256Lane b) => new(a.Value - b.Value);

    public static Simd256Lane operator *(Simd256Lane a, Simd256Lane b) => new(a.Value * b.Value);

    public static Simd256Lane operator /(Simd256Lane a, Simd256Lane b) => new(a.Value / b.Value);

    public static Simd256Lane Sqrt(Simd256Lane a) => new(Vector256.Sqrt(a.Value));

    public static Simd256Lane Abs(Simd256Lane a) => new(Vector256.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256Lane SelectGreater(Simd256Lane a, Simd256Lane b, Simd256Lane whenTrue, Simd256Lane whenFalse) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(a.Value, b.Value), whenTrue.Value, whenFalse.Value));

    public static Simd256Word ToBits(Simd256Lane a) => new(a.Value.AsUInt32());

    public static Simd256Lane FromBits(Simd256Word bits) => new(bits.Value.AsSingle());

    public static Simd256Lane FromSigned(Simd256Word word) => new(Vector256.ConvertToSingle(word.Value.AsInt32()));
}

/// <summary>A register of 8 uint32.</summary>
internal readonly unsafe struct Simd256Word(Vector256<uint> value)
    : IWordLane<Simd256Word>, ISimdWordLane<Simd256Word>
{
    public readonly Vector256<uint> Value = value;

    public static int Count => Vector256<uint>.Count;

    public static Simd256Word Positions => new(Vector256<uint>.Indices);

    public static Simd256Word Load(uint* source) => new(Vector256.Load(source));

    public static void Store(Simd256Word value, uint* destination) => value.Value.Store(destination);

    public static Simd256Word LoadWidened(ushort* source) =>
        new(Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256Word LoadWidened(byte* source) => Avx2.IsSupported
        ? new(Avx2.ConvertToVector256Int32(source).AsUInt32())
        : new(Vector256.WidenLower(Vector128.WidenLower(Vector64.Load(source).ToVector128Unsafe()).ToVector256Unsafe()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Simd256Word value, ushort* destination)
    {
        if (Avx512F.VL.IsSupported)
        {
            Avx512F.VL.ConvertToVector128UInt16(value.Value).Store(destination);
            return;
        }

        Vector256.Narrow(value.Value, value.Value).GetLower().Store(destination);
    }

    /// <summary>Narrowing twice keeps the lowest bytes: the codes fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Simd256Word value, sbyte* destination)
    {
        if (Avx512F.VL.IsSupported)
        {
            Avx512F.VL.ConvertToVector128SByte(value.Value).GetLower().Store(destination);
            return;
        }

        Vector256<short> words = Vector256.Narrow(value.Value.AsInt32(), value.Value.AsInt32());
        Vector256.Narrow(words, words).GetLower().GetLower().Store(destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AtLeast(Simd256Word a, Simd256Word b) =>
        Vector256.GreaterThanOrEqual(a.Value, b.Value).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhereAtLeast(Simd256Word value, Simd256Word key, Simd256Word least, uint* destination)
    {
        if (Avx512F.VL.IsSupported)
        {
            // To a register first: the form that stores what is left over is many times slower on some processors.
            Vector256<uint> taken = Vector256.GreaterThanOrEqual(key.Value, least.Value);
            Avx512F.VL.Compress(Vector256<uint>.Zero, taken, value.Value).Store(destination);
            return;
        }

        for (uint bits = AtLeast(key, least); bits != 0; bits &= bits - 1)
        {
            *destination++ = value.Value[BitOperations.TrailingZeroCount(bits)];
        }
    }

    public static Simd256Word Splat(uint value) => new(Vector256.Create(value));

    public static Simd256Word operator +(Simd256Word a, Simd256Word b) => new(a.Value + b.Value);

    public static Simd256Word operator -(Simd256Word a, Simd256Word b) => new(a.Value - b.Value);

    public static Simd256Word operator *(Simd256Word a, Simd256Word b) => new(a.Value * b.Value);

    public static Simd256Word operator &(Simd256Word a, Simd256Word b) => new(a.Value & b.Value);

    public static Simd256Word operator |(Simd256Word a, Simd256Word b) => new(a.Value | b.Value);

    public static Simd256Word operator ^(Simd256Word a, Simd256Word b) => new(a.Value ^ b.Value);

    public static Simd256Word operator <<(Simd256Word a, int count) => new(a.Value << count);

    public static Simd256Word operator >>(Simd256Word a, int count) => new((a.Value.AsInt32() >> count).AsUInt32());

    public static Simd256Word operator >>>(Simd256Word a, int count) => new(a.Value >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256Word MultiplyHigh(Simd256Word a, Simd256Word b)
    {
        Vector256<ulong> even = LowHalves(a.Value, b.Value);
        Vector256<ulong> odd = LowHalves((a.Value.AsUInt64() >>> 32).AsUInt32(), (b.Value.AsUInt64() >>> 32).AsUInt32());
        return new(((even >>> 32) | (odd & Vector256.Create(0xFFFFFFFF_00000000))).AsUInt32());
    }

    public static Simd256Word Max(Simd256Word a, Simd256Word b) => new(Vector256.Max(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [SuppressMessage("Performance", "CA1857", Justification = "The count is a constant once this is inlined.")]
    public static Simd256Word RotateLeft(Simd256Word a, int count) =>
        Avx512F.VL.IsSupported ? new(Avx512F.VL.RotateLeft(a.Value, (byte)count)) : new((a.Value << count) | (a.Value >>> (32 - count)));

    /// <summary>The 64-bit products of the lower 32 bits of each 64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> LowHalves(Vector256<uint> a, Vector256<uint> b) =>
        Avx2.IsSupported
            ? Avx2.Multiply(a, b)
            : (a.AsUInt64() & Vector256.Create(0xFFFFFFFFUL)) * (b.AsUInt64() & Vector256.Create(0xFFFFFFFFUL));
}

/// <summary>A register of 4 float64.</summary>
internal readonly unsafe struct Simd256Wide(Vector256<double> value)
    : IWideLane<Simd256Wide, Simd256Long>, ISimdWideLane<Simd256Wide>
{
    public readonly Vector256<double> Value = value;

    public static int Count => Vector256<double>.Count;

    public static Simd256Wide Load(double* source) => new(Vector256.Load(source));

    public static void Store(Simd256Wide value, double* destination) => value.Value.Store(destination);

    public static Simd256Wide LoadWidened(float* source) =>
        new(Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()));

    public static Simd256Wide LoadWidened(BFloat16* source) =>
        Widen(LaneMath.FromBFloat16<Simd128Lane, Simd128Word>(Simd128Word.LoadWidened((ushort*)source)));

    public static Simd256Wide LoadWidened(Half* source) =>
        Widen(LaneMath.FromHalf<Simd128Lane, Simd128Word>(Simd128Word.LoadWidened((ushort*)source)));

    public static Simd256Wide WidenLower<TLane>(TLane lane)
        where TLane : unmanaged => new(Vector256.WidenLower(Unsafe.BitCast<TLane, Vector256<float>>(lane)));

    public static Simd256Wide WidenUpper<TLane>(TLane lane)
        where TLane : unmanaged => new(Vector256.WidenUpper(Unsafe.BitCast<TLane, Vector256<float>>(lane)));

    public static void StoreNarrowed(Simd256Wide value, float* destination) =>
        Vector256.Narrow(value.Value, value.Value).GetLower().Store(destination);

    public static Simd256Wide Splat(double value) => new(Vector256.Create(value));

    public static Simd256Wide operator +(Simd256Wide a, Simd256Wide b) => new(a.Value + b.Value);

    public static Simd256Wide operator -(Simd256Wide a, Simd256Wide b) => new(a.Value - b.Value);

    public static Simd256Wide operator *(Simd256Wide a, Simd256Wide b) => new(a.Value * b.Value);

    public static Simd256Wide Abs(Simd256Wide a) => new(Vector256.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256Wide SelectGreater(Simd256Wide a, Simd256Wide b, Simd256Wide whenTrue, Simd256Wide whenFalse) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(a.Value, b.Value), whenTrue.Value, whenFalse.Value));

    public static Simd256Long ToBits(Simd256Wide a) => new(a.Value.AsInt64());

    public static Simd256Wide FromLong(Simd256Long value) => new(Vector256.ConvertToDouble(value.Value));

    private static Simd256Wide Widen(Simd128Lane value) => new(Vector256.WidenLower(value.Value.ToVector256Unsafe()));
}

/// <summary>A register of 4 int64.</summary>
internal readonly unsafe struct Simd256Long(Vector256<long> value)
    : ILongLane<Simd256Long>, ISimdLane<Simd256Long, long>
{
    public readonly Vector256<long> Value = value;

    public static int Count => Vector256<long>.Count;

    public static Simd256Long Load(long* source) => new(Vector256.Load(source));

    public static void Store(Simd256Long value, long* destination) => value.Value.Store(destination);

    public static Simd256Long Splat(long value) => new(Vector256.Create(value));

    public static Simd256Long operator +(Simd256Long a, Simd256Long b) => new(a.Value + b.Value);

    public static Simd256Long operator -(Simd256Long a, Simd256Long b) => new(a.Value - b.Value);
}
