// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;
using ILGPU;

namespace FedKernel.Gpu.Drivers;

/// <summary>Magnitudes of a block, the largest as <see cref="BlockScale"/> wants it: +∞ if a value is not finite.</summary>
internal static class Magnitude
{
    /// <summary>The larger of what is known and of |x|.</summary>
    public static TLane Larger<TLane, TWord>(TLane known, TLane x)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane infinity = TLane.Splat(float.PositiveInfinity), m = TLane.Abs(x);
        m = TLane.SelectGreater(infinity, m, m, infinity);
        return TLane.SelectGreater(m, known, m, known);
    }

    /// <inheritdoc cref="Larger{TLane, TWord}"/>
    public static float Larger(float known, float x) =>
        Larger<ScalarLane, ScalarWord>(new ScalarLane(known), new ScalarLane(x)).Value;

    /// <summary>The larger of what is known and of four magnitudes.</summary>
    public static float Larger(float known, Float4 x) => Larger(Larger(Larger(Larger(known, x.X), x.Y), x.Z), x.W);

    /// <summary>The bits of |x|, which are in the order of magnitudes.</summary>
    public static uint Bits(float x) => ScalarLane.ToBits(new ScalarLane(x)).Value & 0x7FFF_FFFF;
}

/// <summary>Whether a driver reports the largest magnitude that a step met.</summary>
internal interface ILargest
{
    static abstract void Put<T>(ArrayView<T> largest, long step, T found)
        where T : unmanaged;
}

/// <summary>Not: the compiler then drops what led to it.</summary>
internal readonly struct NoLargest : ILargest
{
    public static void Put<T>(ArrayView<T> largest, long step, T found)
        where T : unmanaged
    {
    }
}

/// <summary>A number for each block of the step.</summary>
internal readonly struct LargestOfBlock : ILargest
{
    public static void Put<T>(ArrayView<T> largest, long step, T found)
        where T : unmanaged => largest[step] = found;
}
