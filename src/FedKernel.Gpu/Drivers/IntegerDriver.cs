// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>Shapes Accumulate and Resolve. A step is four elements, or one where the windows are not aligned.</summary>
internal static class IntegerDriver
{
    /// <summary>How the host starts a kernel of this class.</summary>
    public delegate void Launcher<TFloats, TLongs, TOp>(
        AcceleratorStream stream, KernelConfig config, ArrayView<TFloats> floats, ArrayView<TLongs> integers,
        long floatsStart, long integersStart, long begin, long end, TOp op)
        where TFloats : unmanaged
        where TLongs : unmanaged;

    /// <remarks>The start of the floats counts quads, that of the integers counts pairs.</remarks>
    public static void AccumulateQuads<TOp>(
        ArrayView<Float4> x, ArrayView<Long2> integers, long xStart, long integersStart, long begin, long end, TOp op)
        where TOp : unmanaged, IAccumulate
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            long at = integersStart + (2 * i);
            Float4 v = x[xStart + i];
            Long2 low = integers[at], high = integers[at + 1];
            low.X += RowStep.Term(op, v.X);
            low.Y += RowStep.Term(op, v.Y);
            high.X += RowStep.Term(op, v.Z);
            high.Y += RowStep.Term(op, v.W);
            integers[at] = low;
            integers[at + 1] = high;
        }
    }

    public static void AccumulateSingles<TOp>(
        ArrayView<float> x, ArrayView<long> integers, long xStart, long integersStart, long begin, long end, TOp op)
        where TOp : unmanaged, IAccumulate
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            integers[integersStart + i] += RowStep.Term(op, x[xStart + i]);
        }
    }

    /// <inheritdoc cref="AccumulateQuads" path="/remarks"/>
    public static void ResolveQuads<TOp>(
        ArrayView<Float4> destination, ArrayView<Long2> integers,
        long destinationStart, long integersStart, long begin, long end, TOp op)
        where TOp : unmanaged, IResolve
    {
        long step = GridThread.Count, i = begin + GridThread.Index;
        for (; i + step < end; i += 2 * step)
        {
            // All loads on their way before the first is needed: no compiler on this path unrolls.
            long at = integersStart + (2 * i), next = at + (2 * step);
            Long2 low0 = integers[at], high0 = integers[at + 1], low1 = integers[next], high1 = integers[next + 1];
            destination[destinationStart + i] = Numbers(op, low0, high0);
            destination[destinationStart + i + step] = Numbers(op, low1, high1);
        }

        if (i < end)
        {
            long at = integersStart + (2 * i);
            destination[destinationStart + i] = Numbers(op, integers[at], integers[at + 1]);
        }
    }

    public static void ResolveSingles<TOp>(
        ArrayView<float> destination, ArrayView<long> integers,
        long destinationStart, long integersStart, long begin, long end, TOp op)
        where TOp : unmanaged, IResolve
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            destination[destinationStart + i] = Number(op, integers[integersStart + i]);
        }
    }

    private static Float4 Numbers<TOp>(TOp op, Long2 low, Long2 high)
        where TOp : unmanaged, IResolve
    {
        Float4 r;
        r.X = Number(op, low.X);
        r.Y = Number(op, low.Y);
        r.Z = Number(op, high.X);
        r.W = Number(op, high.Y);
        return r;
    }

    private static float Number<TOp>(TOp op, long accumulated)
        where TOp : unmanaged, IResolve => (float)op.Invoke<ScalarWide, ScalarLong>(new ScalarLong(accumulated)).Value;
}
