// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>Shapes Accumulate and Resolve. One thread has four elements, or one where the windows are not aligned.</summary>
internal static class IntegerDriver
{
    /// <summary>How the host starts a kernel of this class.</summary>
    public delegate void Launcher<TFloats, TLongs, TOp>(
        AcceleratorStream stream, KernelConfig config, ArrayView<TFloats> floats, ArrayView<TLongs> integers,
        long floatsStart, long integersStart, long first, long end, TOp op)
        where TFloats : unmanaged
        where TLongs : unmanaged;

    /// <remarks>The start of the floats counts quads, that of the integers counts pairs.</remarks>
    public static void AccumulateQuads<TOp>(
        ArrayView<Float4> x, ArrayView<Long2> integers, long xStart, long integersStart, long first, long end, TOp op)
        where TOp : unmanaged, IAccumulate
    {
        long i = GridThread.Index(first);
        if (i >= end)
        {
            return;
        }

        long at = integersStart + (2 * i);
        Float4 v = x[xStart + i];
        Long2 low = integers[at], high = integers[at + 1];
        low.X += Term(op, v.X);
        low.Y += Term(op, v.Y);
        high.X += Term(op, v.Z);
        high.Y += Term(op, v.W);
        integers[at] = low;
        integers[at + 1] = high;
    }

    public static void AccumulateSingles<TOp>(
        ArrayView<float> x, ArrayView<long> integers, long xStart, long integersStart, long first, long end, TOp op)
        where TOp : unmanaged, IAccumulate
    {
        long i = GridThread.Index(first);
        if (i < end)
        {
            integers[integersStart + i] += Term(op, x[xStart + i]);
        }
    }

    /// <inheritdoc cref="AccumulateQuads" path="/remarks"/>
    public static void ResolveQuads<TOp>(
        ArrayView<Float4> destination, ArrayView<Long2> integers,
        long destinationStart, long integersStart, long first, long end, TOp op)
        where TOp : unmanaged, IResolve
    {
        long i = GridThread.Index(first);
        if (i >= end)
        {
            return;
        }

        long at = integersStart + (2 * i);
        Long2 low = integers[at], high = integers[at + 1];
        Float4 r;
        r.X = Number(op, low.X);
        r.Y = Number(op, low.Y);
        r.Z = Number(op, high.X);
        r.W = Number(op, high.Y);
        destination[destinationStart + i] = r;
    }

    public static void ResolveSingles<TOp>(
        ArrayView<float> destination, ArrayView<long> integers,
        long destinationStart, long integersStart, long first, long end, TOp op)
        where TOp : unmanaged, IResolve
    {
        long i = GridThread.Index(first);
        if (i < end)
        {
            destination[destinationStart + i] = Number(op, integers[integersStart + i]);
        }
    }

    private static long Term<TOp>(TOp op, float x)
        where TOp : unmanaged, IAccumulate =>
        Admitted.Term<TOp, ScalarWide, ScalarLong>(op, new ScalarWide(x)).Value;

    private static float Number<TOp>(TOp op, long accumulated)
        where TOp : unmanaged, IResolve => (float)op.Invoke<ScalarWide, ScalarLong>(new ScalarLong(accumulated)).Value;
}
