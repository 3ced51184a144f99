// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;

namespace FedKernel.Gpu.Drivers;

/// <summary>What the bits of an element stand for: rows are read in their own type, without a converted copy.</summary>
/// <typeparam name="TRaw">How the element lies in memory.</typeparam>
internal interface IElement<TRaw>
    where TRaw : unmanaged
{
    /// <summary>As float32; a float64 is rounded to nearest.</summary>
    static abstract float Single(TRaw raw);

    /// <summary>As float64, exactly.</summary>
    static abstract double Wide(TRaw raw);
}

/// <summary>An element of 16 bits, two of which a word has.</summary>
internal interface IHalfWord : IElement<ushort>
{
    /// <summary>The float32 of the lower half, whatever the upper half holds.</summary>
    static abstract float Lower(uint word);
}

/// <summary>float32.</summary>
internal readonly struct SingleElement : IElement<float>
{
    public static float Single(float raw) => raw;

    public static double Wide(float raw) => raw;
}

/// <summary>float64.</summary>
internal readonly struct DoubleElement : IElement<double>
{
    public static float Single(double raw) => (float)raw;

    public static double Wide(double raw) => raw;
}

/// <summary>IEEE 754 half, by integers: ILGPU's own conversion wants hardware that not every OpenCL device has.</summary>
internal readonly struct HalfElement : IHalfWord
{
    public static float Lower(uint word) => LaneMath.FromHalf<ScalarLane, ScalarWord>(new ScalarWord(word)).Value;

    public static float Single(ushort raw) => Lower(raw);

    public static double Wide(ushort raw) => Lower(raw);
}

/// <summary>bfloat16.</summary>
internal readonly struct BFloat16Element : IHalfWord
{
    public static float Lower(uint word) => LaneMath.FromBFloat16<ScalarLane, ScalarWord>(new ScalarWord(word)).Value;

    public static float Single(ushort raw) => Lower(raw);

    public static double Wide(ushort raw) => Lower(raw);
}
