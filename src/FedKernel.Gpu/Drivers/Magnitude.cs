// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;
using ILGPU;

namespace FedKernel.Gpu.Drivers;

/// <summary>The largest magnitude of a block, as <see cref="BlockScale"/> wants it: +∞ if a value is not finite.</summary>
internal static class Magnitude
{
    /// <summary>The larger of what is known and of |x|.</summary>
    public static float Larger(float known, float x)
    {
        ScalarLane infinity = ScalarLane.Splat(float.PositiveInfinity);
        ScalarLane m = ScalarLane.Abs(new ScalarLane(x));
        m = ScalarLane.SelectGreater(infinity, m, m, infinity);
        return ScalarLane.SelectGreater(m, new ScalarLane(known), m, new ScalarLane(known)).Value;
    }

    /// <summary>The larger of what is known and of four magnitudes.</summary>
    public static float Larger(float known, Float4 x) => Larger(Larger(Larger(Larger(known, x.X), x.Y), x.Z), x.W);
}

/// <summary>Whether a driver reports the largest magnitude that a step met.</summary>
internal interface ILargest
{
    static abstract void Put(ArrayView<float> largest, long step, float found);
}

/// <summary>Not: the compiler then drops what led to it.</summary>
internal readonly struct NoLargest : ILargest
{
    public static void Put(ArrayView<float> largest, long step, float found)
    {
    }
}

/// <summary>One number for each step.</summary>
internal readonly struct LargestOfStep : ILargest
{
    public static void Put(ArrayView<float> largest, long step, float found) => largest[step] = found;
}
