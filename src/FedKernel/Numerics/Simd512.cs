// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FedKernel.Numerics;

/// <summary>A register of 16 float32. A wider machine would be one more file like this one, and no kernel would change.</summary>
internal readonly unsafe struct Simd512Lane(Vector512<float> value)
    : ILane<Simd512Lane, Simd512Word>, ISimdFloatLane<Simd512Lane>
{
    public readonly Vector512<float> Value = value;

    public static int Count => Vector512<float>.Count;

    public static Simd512Lane Load(float* source) => new(Vector512.Load(source));

    public static void Store(Simd512Lane value, float* destination) => value.Value.Store(destination);

    public static Simd512Lane LoadNarrowed(double* source) =>
        new(Vector512.Narrow(Vector512.Load(source), Vector512.Load(source + 8)));

    public static void StoreNonTemporal(Simd512Lane value, float* destination) =>
        value.Value.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LargestOf(Simd512Lane magnitudes)
    {
        Vector512<int> m = magnitudes.Value.AsInt32();
        return Simd256Lane.LargestOf(new(Vector256.Max(m.GetLower(), m.GetUpper()).AsSingle()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512Lane Exchange(Simd512Lane a, int distance) => distance switch
    {
        1 => new(Vector512.Shuffle(a.Value, Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14))),
        2 => new(Vector512.Shuffle(a.Value, Vector512.Create(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13))),
        4 => new(Vector512.Shuffle(a.Value, Vector512.Create(4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11))),
        _ => new(Vector512.Shuffle(a.Value, Vector512.Create(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7))),
    };

    public static Simd512Lane Splat(float value) => new(Vector512.Create(value));

    public static Simd512Lane operator +(Simd512Lane a, Simd512Lane b) => new(a.Value + b.Value);

    public static Simd512Lane operator -(Simd512Lane a, Simd512Lane b) => new(a.Value - b.Value);

    public static Simd512Lane operator *(Simd512Lane a, Simd512Lane b) => new(a.Value * b.Value);

    public static Simd512Lane operator /(Simd512Lane a, Simd512Lane b) => new(a.Value / b.Value);

    public static Simd512Lane Sqrt(Simd512Lane a) => new(Vector512.Sqrt(a.Value));

    public static Simd512Lane Abs(Simd512Lane a) => new(Vector512.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512Lane SelectGreater(Simd512Lane a, Simd512Lane b, Simd512Lane whenTrue, Simd512Lane whenFalse) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(a.Value, b.Value), whenTrue.Value, whenFalse.Value));

    public static Simd512Word ToBits(Simd512Lane a) => new(a.Value.AsUInt32());

    public static Simd512Lane FromBits(Simd512Word bits) => new(bits.Value.AsSingle());

    public static Simd512Lane FromSigned(Simd512Word word) => new(Vector512.ConvertToSingle(word.Value.AsInt32()));
}

/// <summary>A register of 16 uint32.</summary>
internal readonly unsafe struct Simd512Word(Vector512<uint> value)
    : IWordLane<Simd512Word>, ISimdWordLane<Simd512Word>
{
    public readonly Vector512<uint> Value = value;

    public static int Count => Vector512<uint>.Count;

    public static Simd512Word Positions => new(Vector512<uint>.Indices);

    public static Simd512Word Load(uint* source) => new(Vector512.Load(source));

    public static void Store(Simd512Word value, uint* destination) => value.Value.Store(destination);

    public static Simd512Word LoadWidened(ushort* source) =>
        new(Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512Word LoadWidened(byte* source) => Avx512F.IsSupported
        ? new(Avx512F.ConvertToVector512UInt32(Vector128.Load(source)))
        : new(Vector512.WidenLower(Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()).ToVector512Unsafe()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(Simd512Word value, ushort* destination)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector256UInt16(value.Value).Store(destination);
            return;
        }

        Vector512.Narrow(value.Value, value.Value).GetLower().Store(destination);
    }

    /// <summary>Narrowing twice keeps the lowest bytes: the codes fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Simd512Word value, sbyte* destination)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector128SByte(value.Value).Store(destination);
            return;
        }

        Vector512<short> words = Vector512.Narrow(value.Value.AsInt32(), value.Value.AsInt32());
        Vector512.Narrow(words, words).GetLower().GetLower().Store(destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AtLeast(Simd512Word a, Simd512Word b) =>
        (uint)Vector512.GreaterThanOrEqual(a.Value, b.Value).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhereAtLeast(Simd512Word value, Simd512Word key, Simd512Word least, uint* destination)
    {
        if (Avx512F.IsSupported)
        {
            // To a register first: the form that stores what is left over is many times slower on some processors.
            Vector512<uint> taken = Vector512.GreaterThanOrEqual(key.Value, least.Value);
            Avx512F.Compress(Vector512<uint>.Zero, taken, value.Value).Store(destination);
            return;
        }

        for (uint bits = AtLeast(key, least); bits != 0; bits &= bits - 1)
        {
            *destination++ = value.Value[BitOperations.TrailingZeroCount(bits)];
        }
    }

    public static Simd512Word Splat(uint value) => new(Vector512.Create(value));

    public static Simd512Word operator +(Simd512Word a, Simd512Word b) => new(a.Value + b.Value);

    public static Simd512Word operator -(Simd512Word a, Simd512Word b) => new(a.Value - b.Value);

    public static Simd512Word operator *(Simd512Word a, Simd512Word b) => new(a.Value * b.Value);

    public static Simd512Word operator &(Simd512Word a, Simd512Word b) => new(a.Value & b.Value);

    public static Simd512Word operator |(Simd512Word a, Simd512Word b) => new(a.Value | b.Value);

    public static Simd512Word operator ^(Simd512Word a, Simd512Word b) => new(a.Value ^ b.Value);

    public static Simd512Word operator <<(Simd512Word a, int count) => new(a.Value << count);

    public static Simd512Word operator >>(Simd512Word a, int count) => new((a.Value.AsInt32() >> count).AsUInt32());

    public static Simd512Word operator >>>(Simd512Word a, int count) => new(a.Value >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512Word MultiplyHigh(Simd512Word a, Simd512Word b)
    {
        Vector512<ulong> even = LowHalves(a.Value, b.Value);
        Vector512<ulong> odd = LowHalves((a.Value.AsUInt64() >>> 32).AsUInt32(), (b.Value.AsUInt64() >>> 32).AsUInt32());
        return new(((even >>> 32) | (odd & Vector512.Create(0xFFFFFFFF_00000000))).AsUInt32());
    }

    public static Simd512Word Max(Simd512Word a, Simd512Word b) => new(Vector512.Max(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [SuppressMessage("Performance", "CA1857", Justification = "The count is a constant once this is inlined.")]
    public static Simd512Word RotateLeft(Simd512Word a, int count) =>
        Avx512F.IsSupported ? new(Avx512F.RotateLeft(a.Value, (byte)count)) : new((a.Value << count) | (a.Value >>> (32 - count)));

    /// <summary>The 64-bit products of the lower 32 bits of each 64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> LowHalves(Vector512<uint> a, Vector512<uint> b) =>
        Avx512F.IsSupported
            ? Avx512F.Multiply(a, b)
            : (a.AsUInt64() & Vector512.Create(0xFFFFFFFFUL)) * (b.AsUInt64() & Vector512.Create(0xFFFFFFFFUL));
}

/// <summary>A register of 8 float64.</summary>
internal readonly unsafe struct Simd512Wide(Vector512<double> value)
    : IWideLane<Simd512Wide, Simd512Long>, ISimdWideLane<Simd512Wide>
{
    public readonly Vector512<double> Value = value;

    public static int Count => Vector512<double>.Count;

    public static Simd512Wide Load(double* source) => new(Vector512.Load(source));

    public static void Store(Simd512Wide value, double* destination) => value.Value.Store(destination);

    public static Simd512Wide LoadWidened(float* source) =>
        new(Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe()));

    public static Simd512Wide LoadWidened(BFloat16* source) =>
        Widen(LaneMath.FromBFloat16<Simd256Lane, Simd256Word>(Simd256Word.LoadWidened((ushort*)source)));

    public static Simd512Wide LoadWidened(Half* source) =>
        Widen(LaneMath.FromHalf<Simd256Lane, Simd256Word>(Simd256Word.LoadWidened((ushort*)source)));

    public static Simd512Wide WidenLower<TLane>(TLane lane)
        where TLane : unmanaged => new(Vector512.WidenLower(Unsafe.BitCast<TLane, Vector512<float>>(lane)));

    public static Simd512Wide WidenUpper<TLane>(TLane lane)
        where TLane : unmanaged => new(Vector512.WidenUpper(Unsafe.BitCast<TLane, Vector512<float>>(lane)));

    public static void StoreNarrowed(Simd512Wide value, float* destination) =>
        Vector512.Narrow(value.Value, value.Value).GetLower().Store(destination);

    public static Simd512Wide Splat(double value) => new(Vector512.Create(value));

    public static Simd512Wide operator +(Simd512Wide a, Simd512Wide b) => new(a.Value + b.Value);

    public static Simd512Wide operator -(Simd512Wide a, Simd512Wide b) => new(a.Value - b.Value);

    public static Simd512Wide operator *(Simd512Wide a, Simd512Wide b) => new(a.Value * b.Value);

    public static Simd512Wide Abs(Simd512Wide a) => new(Vector512.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512Wide SelectGreater(Simd512Wide a, Simd512Wide b, Simd512Wide whenTrue, Simd512Wide whenFalse) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(a.Value, b.Value), whenTrue.Value, whenFalse.Value));

    public static Simd512Long ToBits(Simd512Wide a) => new(a.Value.AsInt64());

    public static Simd512Wide FromLong(Simd512Long value) => new(Vector512.ConvertToDouble(value.Value));

    private static Simd512Wide Widen(Simd256Lane value) => new(Vector512.WidenLower(value.Value.ToVector512Unsafe()));
}

/// <summary>A register of 8 int64.</summary>
internal readonly unsafe struct Simd512Long(Vector512<long> value)
    : ILongLane<Simd512Long>, ISimdLane<Simd512Long, long>
{
    public readonly Vector512<long> Value = value;

    public static int Count => Vector512<long>.Count;

    public static Simd512Long Load(long* source) => new(Vector512.Load(source));

    public static void Store(Simd512Long value, long* destination) => value.Value.Store(destination);

    public static Simd512Long Splat(long value) => new(Vector512.Create(value));

    public static Simd512Long operator +(Simd512Long a, Simd512Long b) => new(a.Value + b.Value);

    public static Simd512Long operator -(Simd512Long a, Simd512Long b) => new(a.Value - b.Value);
}
