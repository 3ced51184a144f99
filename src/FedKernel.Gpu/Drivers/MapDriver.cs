// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>Shapes Generate and Map. A step is four elements, or one where the windows are not aligned.</summary>
internal static class MapDriver
{
    /// <summary>How the host starts a kernel of this class.</summary>
    public delegate void Launcher<TElement, TOp>(
        AcceleratorStream stream, KernelConfig config,
        ArrayView<TElement> x, ArrayView<TElement> y, ArrayView<TElement> d,
        long xStart, long yStart, long dStart, long begin, long end, TOp op)
        where TElement : unmanaged;

    public static void Quads<TOp>(
        ArrayView<Float4> x, ArrayView<Float4> y, ArrayView<Float4> d,
        long xStart, long yStart, long dStart, long begin, long end, TOp op)
        where TOp : unmanaged, IMap2
    {
        long step = GridThread.Count, i = begin + GridThread.Index;
        for (; i + (3 * step) < end; i += 4 * step)
        {
            // All loads on their way before the first is needed: no compiler on this path unrolls.
            long i1 = i + step, i2 = i1 + step, i3 = i2 + step;
            Float4 x0 = x[xStart + i], x1 = x[xStart + i1], x2 = x[xStart + i2], x3 = x[xStart + i3];
            Float4 y0 = y[yStart + i], y1 = y[yStart + i1], y2 = y[yStart + i2], y3 = y[yStart + i3];
            d[dStart + i] = Four(op, x0, y0);
            d[dStart + i1] = Four(op, x1, y1);
            d[dStart + i2] = Four(op, x2, y2);
            d[dStart + i3] = Four(op, x3, y3);
        }

        for (; i < end; i += step)
        {
            d[dStart + i] = Four(op, x[xStart + i], y[yStart + i]);
        }
    }

    public static void Singles<TOp>(
        ArrayView<float> x, ArrayView<float> y, ArrayView<float> d,
        long xStart, long yStart, long dStart, long begin, long end, TOp op)
        where TOp : unmanaged, IMap2
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            d[dStart + i] = One(op, x[xStart + i], y[yStart + i]);
        }
    }

    private static Float4 Four<TOp>(TOp op, Float4 x, Float4 y)
        where TOp : unmanaged, IMap2
    {
        Float4 r;
        r.X = One(op, x.X, y.X);
        r.Y = One(op, x.Y, y.Y);
        r.Z = One(op, x.Z, y.Z);
        r.W = One(op, x.W, y.W);
        return r;
    }

    private static float One<TOp>(TOp op, float x, float y)
        where TOp : unmanaged, IMap2 =>
        op.Invoke<ScalarLane, ScalarWord>(new ScalarLane(x), new ScalarLane(y)).Value;
}
