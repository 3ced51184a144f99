// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>Shape Reduce, in the order of <see cref="ReductionTree"/>: strands, then folds by eight, without a barrier.</summary>
internal static class ReduceDriver
{
    /// <summary>How the host starts a kernel that makes strands.</summary>
    public delegate void StrandLauncher<TElement, TOp>(
        AcceleratorStream stream, KernelConfig config, ArrayView<TElement> x, ArrayView<TElement> y, ArrayView<double> strands,
        long xStart, long yStart, long length, long begin, long end, TOp op)
        where TElement : unmanaged;

    /// <summary>How the host starts the kernel that folds.</summary>
    public delegate void FoldLauncher<TOp>(
        AcceleratorStream stream, KernelConfig config, ArrayView<double> source, ArrayView<double> destination,
        int logStride, long destinationStart, long end, TOp op);

    /// <summary>A step is a strand, four columns of a whole block: it goes down the sixteen rows in 16-byte loads.</summary>
    /// <remarks>Starts count quads. The length is there so that both ways to make strands are called alike.</remarks>
    public static void Quads<TOp>(
        ArrayView<Float4> x, ArrayView<Float4> y, ArrayView<double> strands,
        long xStart, long yStart, long length, long begin, long end, TOp op)
        where TOp : unmanaged, IReduce2
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            strands[i] = Strand(op, x, y, xStart, yStart, i);
        }
    }

    /// <summary>The same for windows that are not aligned and for the last block, where values past the end are +0.</summary>
    public static void Singles<TOp>(
        ArrayView<float> x, ArrayView<float> y, ArrayView<double> strands,
        long xStart, long yStart, long length, long begin, long end, TOp op)
        where TOp : unmanaged, IReduce2
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            long at = ((i / ReductionTree.Strands) * ReductionTree.Block)
                + ((i & (ReductionTree.Strands - 1)) * ReductionTree.ColumnsPerStrand);
            ScalarWide c0 = Column(op, x, y, xStart, yStart, at, length);
            ScalarWide c1 = Column(op, x, y, xStart, yStart, at + 1, length);
            ScalarWide c2 = Column(op, x, y, xStart, yStart, at + 2, length);
            ScalarWide c3 = Column(op, x, y, xStart, yStart, at + 3, length);
            strands[i] = Join(op, c0, c1, c2, c3);
        }
    }

    /// <summary>Three halvings at once: eight values that lie a stride apart become one. Twice this, 64 strands are a block.</summary>
    public static void Fold<TOp>(
        ArrayView<double> source, ArrayView<double> destination,
        int logStride, long destinationStart, long end, TOp op)
        where TOp : unmanaged, IReduce2
    {
        long stride = 1L << logStride;
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long at = ((i >> logStride) << (logStride + 3)) + (i & (stride - 1));
            ScalarWide v0 = Combine(op, source, at, at + (4 * stride));
            ScalarWide v1 = Combine(op, source, at + stride, at + (5 * stride));
            ScalarWide v2 = Combine(op, source, at + (2 * stride), at + (6 * stride));
            ScalarWide v3 = Combine(op, source, at + (3 * stride), at + (7 * stride));
            v0 = op.Combine<ScalarWide, ScalarLong>(v0, v2);
            v1 = op.Combine<ScalarWide, ScalarLong>(v1, v3);
            destination[destinationStart + i] = op.Combine<ScalarWide, ScalarLong>(v0, v1).Value;
        }
    }

    private static double Strand<TOp>(
        TOp op, ArrayView<Float4> x, ArrayView<Float4> y, long xStart, long yStart, long i)
        where TOp : unmanaged, IReduce2
    {
        long at = ((i / ReductionTree.Strands) * (ReductionTree.Block / 4)) + (i & (ReductionTree.Strands - 1));
        long px = xStart + at, py = yStart + at;
        ScalarWide c0 = ScalarWide.Splat(0), c1 = c0, c2 = c0, c3 = c0;
        for (int row = 0; row < ReductionTree.Rows; row += 4)
        {
            // Four loads on their way before the first is needed: no compiler on this path unrolls.
            Float4 x0 = x[px], x1 = x[px + 64], x2 = x[px + 128], x3 = x[px + 192];
            Float4 y0 = y[py], y1 = y[py + 64], y2 = y[py + 128], y3 = y[py + 192];
            c0 = Step(op, Step(op, Step(op, Step(op, c0, x0.X, y0.X), x1.X, y1.X), x2.X, y2.X), x3.X, y3.X);
            c1 = Step(op, Step(op, Step(op, Step(op, c1, x0.Y, y0.Y), x1.Y, y1.Y), x2.Y, y2.Y), x3.Y, y3.Y);
            c2 = Step(op, Step(op, Step(op, Step(op, c2, x0.Z, y0.Z), x1.Z, y1.Z), x2.Z, y2.Z), x3.Z, y3.Z);
            c3 = Step(op, Step(op, Step(op, Step(op, c3, x0.W, y0.W), x1.W, y1.W), x2.W, y2.W), x3.W, y3.W);
            px += 256;
            py += 256;
        }

        return Join(op, c0, c1, c2, c3);
    }

    private static ScalarWide Column<TOp>(
        TOp op, ArrayView<float> x, ArrayView<float> y, long xStart, long yStart, long at, long length)
        where TOp : unmanaged, IReduce2
    {
        ScalarWide sum = ScalarWide.Splat(0);
        for (int row = 0; row < ReductionTree.Rows; row++)
        {
            float a = 0, b = 0;
            if (at < length)
            {
                a = x[xStart + at];
                b = y[yStart + at];
            }

            sum = Step(op, sum, a, b);
            at += ReductionTree.Columns;
        }

        return sum;
    }

    private static ScalarWide Step<TOp>(TOp op, ScalarWide sum, float x, float y)
        where TOp : unmanaged, IReduce2 =>
        op.Combine<ScalarWide, ScalarLong>(
            sum, op.Term<ScalarWide, ScalarLong>(new ScalarWide(x), new ScalarWide(y)));

    private static double Join<TOp>(TOp op, ScalarWide c0, ScalarWide c1, ScalarWide c2, ScalarWide c3)
        where TOp : unmanaged, IReduce2 =>
        op.Combine<ScalarWide, ScalarLong>(
            op.Combine<ScalarWide, ScalarLong>(c0, c1), op.Combine<ScalarWide, ScalarLong>(c2, c3)).Value;

    private static ScalarWide Combine<TOp>(TOp op, ArrayView<double> values, long a, long b)
        where TOp : unmanaged, IReduce2 =>
        op.Combine<ScalarWide, ScalarLong>(new ScalarWide(values[a]), new ScalarWide(values[b]));
}
