// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Gpu.Drivers;

/// <summary>What the bits of an element stand for: rows are read in their own type, without a converted copy.</summary>
/// <typeparam name="TRaw">How the element lies in memory.</typeparam>
/// <typeparam name="TLargest">What a thread remembers the largest magnitude in.</typeparam>
internal interface IElement<TRaw, TLargest>
    where TRaw : unmanaged
    where TLargest : unmanaged
{
    /// <summary>As float32; a float64 is rounded to nearest.</summary>
    static abstract float Single(TRaw raw);

    /// <summary>The integer that the element contributes.</summary>
    static abstract long Term<TOp>(TOp op, TRaw raw)
        where TOp : unmanaged, IAccumulate;

    /// <summary>The larger of what is known and of the magnitude.</summary>
    static abstract TLargest Larger(TLargest known, TRaw raw);

    /// <summary>The magnitude that is known; +∞ if a value was not finite.</summary>
    static abstract double Magnitude(TLargest known);
}

/// <summary>An element of 16 bits, two of which a word has.</summary>
internal interface IHalfWord : IElement<ushort, uint>
{
    /// <summary>The float32 of the lower half, whatever the upper half holds.</summary>
    static abstract float Lower(uint word);
}

/// <summary>float32.</summary>
internal readonly struct SingleElement : IElement<float, uint>
{
    public static float Single(float raw) => raw;

    public static long Term<TOp>(TOp op, float raw)
        where TOp : unmanaged, IAccumulate => RowStep.Term(op, raw);

    public static uint Larger(uint known, float raw) => RowStep.Larger(known, raw);

    public static double Magnitude(uint known) => RowStep.Magnitude(known);
}

/// <summary>float64.</summary>
internal readonly struct DoubleElement : IElement<double, double>
{
    public static float Single(double raw) => (float)raw;

    public static long Term<TOp>(TOp op, double raw)
        where TOp : unmanaged, IAccumulate => RowStep.Term(op, raw);

    public static double Larger(double known, double raw) => RowStep.Larger(known, raw);

    public static double Magnitude(double known) => known;
}

/// <summary>IEEE 754 half, by integers: ILGPU's own conversion wants hardware that not every OpenCL device has.</summary>
internal readonly struct HalfElement : IHalfWord
{
    public static float Lower(uint word) => LaneMath.FromHalf<ScalarLane, ScalarWord>(new ScalarWord(word)).Value;

    public static float Single(ushort raw) => Lower(raw);

    public static long Term<TOp>(TOp op, ushort raw)
        where TOp : unmanaged, IAccumulate => RowStep.Term(op, Lower(raw));

    public static uint Larger(uint known, ushort raw) => RowStep.Larger(known, Lower(raw));

    public static double Magnitude(uint known) => RowStep.Magnitude(known);
}

/// <summary>bfloat16.</summary>
internal readonly struct BFloat16Element : IHalfWord
{
    public static float Lower(uint word) => LaneMath.FromBFloat16<ScalarLane, ScalarWord>(new ScalarWord(word)).Value;

    public static float Single(ushort raw) => Lower(raw);

    public static long Term<TOp>(TOp op, ushort raw)
        where TOp : unmanaged, IAccumulate => RowStep.Term(op, Lower(raw));

    public static uint Larger(uint known, ushort raw) => RowStep.Larger(known, Lower(raw));

    public static double Magnitude(uint known) => RowStep.Magnitude(known);
}
