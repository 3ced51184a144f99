// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FedKernel.Numerics;

/// <summary>A register of 4 float32.</summary>
internal readonly unsafe struct Simd128Lane(Vector128<float> value)
    : ILane<Simd128Lane, Simd128Word>, ISimdFloatLane<Simd128Lane>
{
    public readonly Vector128<float> Value = value;

    public static int Count => Vector128<float>.Count;

    public static Simd128Lane Load(float* source) => new(Vector128.Load(source));

    public static void Store(Simd128Lane value, float* destination) => value.Value.Store(destination);

    public static Simd128Lane LoadNarrowed(double* source) =>
        new(Vector128.Narrow(Vector128.Load(source), Vector128.Load(source + 2)));

    public static void StoreNonTemporal(Simd128Lane value, float* destination) =>
        value.Value.StoreAlignedNonTemporal(destination);

    /// <summary>As integers: the order is the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LargestOf(Simd128Lane magnitudes)
    {
        Vector128<int> m = magnitudes.Value.AsInt32();
        m = Vector128.Max(m, Vector128.Shuffle(m, Vector128.Create(2, 3, 0, 1)));
        m = Vector128.Max(m, Vector128.Shuffle(m, Vector128.Create(1, 0, 3, 2)));
        return m.AsSingle().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128Lane Exchange(Simd128Lane a, int distance) => distance switch
    {
        1 => new(Vector128.Shuffle(a.Value, Vector128.Create(1, 0, 3, 2))),
        _ => new(Vector128.Shuffle(a.Value, Vector128.Create(2, 3, 0, 1))),
    };

    public static Simd128Lane Splat(float value) => new(Vector128.Create(value));

    public static Simd128Lane operator +(Simd128Lane a, Simd128Lane b) => new(a.Value + b.Value);

    public static Simd128Lane operator -(Simd128Lane a, Simd128Lane b) => new(a.Value - b.Value);

    public static Simd128Lane operator *(Simd128Lane a, Simd128Lane b) => new(a.Value * b.Value);

    public static Simd128Lane operator /(Simd128Lane a, Simd128Lane b) => new(a.Value / b.Value);

    public static Simd128Lane Sqrt(Simd128Lane a) => new(Vector128.Sqrt(a.Value));

    public static Simd128Lane Abs(Simd128Lane a) => new(Vector128.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128Lane SelectGreater(Simd128Lane a, Simd128Lane b, Simd128Lane whenTrue, Simd128Lane whenFalse) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(a.Value, b.Value), whenTrue.Value, whenFalse.Value));

    public static Simd128Word ToBits(Simd128Lane a) => new(a.Value.AsUInt32());

    public static Simd128Lane FromBits(Simd128Word bits) => new(bits.Value.AsSingle());

    public static Simd128Lane FromSigned(Simd128Word word) => new(Vector128.ConvertToSingle(word.Value.AsInt32()));
}

/// <summary>A register of 4 uint32.</summary>
internal readonly unsafe struct Simd128Word(Vector128<uint> value)
    : IWordLane<Simd128Word>, ISimdWordLane<Simd128Word>
{
    public readonly Vector128<uint> Value = value;

    public static int Count => Vector128<uint>.Count;

    public static Simd128Word Positions => new(Vector128<uint>.Indices);

    public static Simd128Word Load(uint* source) => new(Vector128.Load(source));

    public static void Store(Simd128Word value, uint* destination) => value.Value.Store(destination);

    public static Simd128Word LoadWidened(ushort* source) =>
        new(Vector128.WidenLower(Vector64.Load(source).ToVector128Unsafe()));

    public static Simd128Word LoadWidened(byte* source) =>
        new(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(uint*)source).AsByte())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Simd128Word value, ushort* destination)
    {
        if (Avx512F.VL.IsSupported)
        {
            Avx512F.VL.ConvertToVector128UInt16(value.Value).GetLower().Store(destination);
            return;
        }

        Vector128.Narrow(value.Value, value.Value).GetLower().Store(destination);
    }

    /// <summary>Narrowing twice keeps the lowest bytes: the codes fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Simd128Word value, sbyte* destination)
    {
        Vector128<short> words = Vector128.Narrow(value.Value.AsInt32(), value.Value.AsInt32());
        *(int*)destination = Vector128.Narrow(words, words).AsInt32().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AtLeast(Simd128Word a, Simd128Word b) =>
        Vector128.GreaterThanOrEqual(a.Value, b.Value).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhereAtLeast(Simd128Word value, Simd128Word key, Simd128Word least, uint* destination)
    {
        if (Avx512F.VL.IsSupported)
        {
            // To a register first: the form that stores what is left over is many times slower on some processors.
            Vector128<uint> taken = Vector128.GreaterThanOrEqual(key.Value, least.Value);
            Avx512F.VL.Compress(Vector128<uint>.Zero, taken, value.Value).Store(destination);
            return;
        }

        for (uint bits = AtLeast(key, least); bits != 0; bits &= bits - 1)
        {
            *destination++ = value.Value[BitOperations.TrailingZeroCount(bits)];
        }
    }

    public static Simd128Word Splat(uint value) => new(Vector128.Create(value));

    public static Simd128Word operator +(Simd128Word a, Simd128Word b) => new(a.Value + b.Value);

    public static Simd128Word operator -(Simd128Word a, Simd128Word b) => new(a.Value - b.Value);

    public static Simd128Word operator *(Simd128Word a, Simd128Word b) => new(a.Value * b.Value);

    public static Simd128Word operator &(Simd128Word a, Simd128Word b) => new(a.Value & b.Value);

    public static Simd128Word operator |(Simd128Word a, Simd128Word b) => new(a.Value | b.Value);

    public static Simd128Word operator ^(Simd128Word a, Simd128Word b) => new(a.Value ^ b.Value);

    public static Simd128Word operator <<(Simd128Word a, int count) => new(a.Value << count);

    public static Simd128Word operator >>(Simd128Word a, int count) => new((a.Value.AsInt32() >> count).AsUInt32());

    public static Simd128Word operator >>>(Simd128Word a, int count) => new(a.Value >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128Word MultiplyHigh(Simd128Word a, Simd128Word b)
    {
        Vector128<ulong> even = LowHalves(a.Value, b.Value);
        Vector128<ulong> odd = LowHalves((a.Value.AsUInt64() >>> 32).AsUInt32(), (b.Value.AsUInt64() >>> 32).AsUInt32());
        return new(((even >>> 32) | (odd & Vector128.Create(0xFFFFFFFF_00000000))).AsUInt32());
    }

    public static Simd128Word Max(Simd128Word a, Simd128Word b) => new(Vector128.Max(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [SuppressMessage("Performance", "CA1857", Justification = "The count is a constant once this is inlined.")]
    public static Simd128Word RotateLeft(Simd128Word a, int count) =>
        Avx512F.VL.IsSupported ? new(Avx512F.VL.RotateLeft(a.Value, (byte)count)) : new((a.Value << count) | (a.Value >>> (32 - count)));

    /// <summary>The 64-bit products of the lower 32 bits of each 64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> LowHalves(Vector128<uint> a, Vector128<uint> b) =>
        Sse2.IsSupported
            ? Sse2.Multiply(a, b)
            : (a.AsUInt64() & Vector128.Create(0xFFFFFFFFUL)) * (b.AsUInt64() & Vector128.Create(0xFFFFFFFFUL));
}

/// <summary>A register of 2 float64.</summary>
internal readonly unsafe struct Simd128Wide(Vector128<double> value)
    : IWideLane<Simd128Wide, Simd128Long>, ISimdWideLane<Simd128Wide>
{
    public readonly Vector128<double> Value = value;

    public static int Count => Vector128<double>.Count;

    public static Simd128Wide Load(double* source) => new(Vector128.Load(source));

    public static void Store(Simd128Wide value, double* destination) => value.Value.Store(destination);

    public static Simd128Wide LoadWidened(float* source) =>
        new(Vector128.WidenLower(Vector64.Load(source).ToVector128Unsafe()));

    public static Simd128Wide LoadWidened(BFloat16* source) =>
        new(Vector128.Create((double)(float)source[0], (double)(float)source[1]));

    public static Simd128Wide LoadWidened(Half* source) =>
        new(Vector128.Create((double)(float)source[0], (double)(float)source[1]));

    public static Simd128Wide WidenLower<TLane>(TLane lane)
        where TLane : unmanaged => new(Vector128.WidenLower(Unsafe.BitCast<TLane, Vector128<float>>(lane)));

    public static Simd128Wide WidenUpper<TLane>(TLane lane)
        where TLane : unmanaged => new(Vector128.WidenUpper(Unsafe.BitCast<TLane, Vector128<float>>(lane)));

    public static void StoreNarrowed(Simd128Wide value, float* destination) =>
        Vector128.Narrow(value.Value, value.Value).GetLower().Store(destination);

    public static Simd128Wide Splat(double value) => new(Vector128.Create(value));

    public static Simd128Wide operator +(Simd128Wide a, Simd128Wide b) => new(a.Value + b.Value);

    public static Simd128Wide operator -(Simd128Wide a, Simd128Wide b) => new(a.Value - b.Value);

    public static Simd128Wide operator *(Simd128Wide a, Simd128Wide b) => new(a.Value * b.Value);

    public static Simd128Wide Abs(Simd128Wide a) => new(Vector128.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128Wide SelectGreater(Simd128Wide a, Simd128Wide b, Simd128Wide whenTrue, Simd128Wide whenFalse) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(a.Value, b.Value), whenTrue.Value, whenFalse.Value));

    public static Simd128Long ToBits(Simd128Wide a) => new(a.Value.AsInt64());

    public static Simd128Wide FromLong(Simd128Long value) => new(Vector128.ConvertToDouble(value.Value));
}

/// <summary>A register of 2 int64.</summary>
internal readonly unsafe struct Simd128Long(Vector128<long> value)
    : ILongLane<Simd128Long>, ISimdLane<Simd128Long, long>
{
    public readonly Vector128<long> Value = value;

    public static int Count => Vector128<long>.Count;

    public static Simd128Long Load(long* source) => new(Vector128.Load(source));

    public static void Store(Simd128Long value, long* destination) => value.Value.Store(destination);

    public static Simd128Long Splat(long value) => new(Vector128.Create(value));

    public static Simd128Long operator +(Simd128Long a, Simd128Long b) => new(a.Value + b.Value);

    public static Simd128Long operator -(Simd128Long a, Simd128Long b) => new(a.Value - b.Value);
}
