// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>Shapes Generate and Map. One thread has four elements, or one where the windows are not aligned.</summary>
internal static class MapDriver
{
    /// <summary>How the host starts a kernel of this class.</summary>
    public delegate void Launcher<TElement, TOp>(
        AcceleratorStream stream, KernelConfig config,
        ArrayView<TElement> x, ArrayView<TElement> y, ArrayView<TElement> d,
        long xStart, long yStart, long dStart, long first, long end, TOp op)
        where TElement : unmanaged;

    public static void Quads<TOp>(
        ArrayView<Float4> x, ArrayView<Float4> y, ArrayView<Float4> d,
        long xStart, long yStart, long dStart, long first, long end, TOp op)
        where TOp : unmanaged, IMap2
    {
        long i = GridThread.Index(first);
        if (i >= end)
        {
            return;
        }

        Float4 a = x[xStart + i], b = y[yStart + i];
        Float4 r;
        r.X = Apply(op, a.X, b.X);
        r.Y = Apply(op, a.Y, b.Y);
        r.Z = Apply(op, a.Z, b.Z);
        r.W = Apply(op, a.W, b.W);
        d[dStart + i] = r;
    }

    public static void Singles<TOp>(
        ArrayView<float> x, ArrayView<float> y, ArrayView<float> d,
        long xStart, long yStart, long dStart, long first, long end, TOp op)
        where TOp : unmanaged, IMap2
    {
        long i = GridThread.Index(first);
        if (i < end)
        {
            d[dStart + i] = Apply(op, x[xStart + i], y[yStart + i]);
        }
    }

    private static float Apply<TOp>(TOp op, float x, float y)
        where TOp : unmanaged, IMap2 =>
        op.Invoke<ScalarLane, ScalarWord>(new ScalarLane(x), new ScalarLane(y)).Value;
}
