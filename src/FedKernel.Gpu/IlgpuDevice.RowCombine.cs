// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;
using FedKernel.Kernels;
using ILGPU;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void RowCombineCore<TOp>(
        DeviceMatrix rows, DeviceBuffer<float> weights, DeviceBuffer<float> destination, TOp op)
    {
        IlgpuBuffer<float> bx = Own(rows.Storage), bw = Own(weights), bd = Own(destination);
        Guarded(stream =>
        {
            long n = rows.Columns;
            if (n % 4 == 0 && bx.Start % 4 == 0 && bd.Start % 4 == 0)
            {
                var start = _compiler.Load<MatrixCombineDriver.Launcher<Float4, TOp>>(MatrixCombineDriver.Quads<TOp>);
                foreach ((KernelConfig config, long first) in Launches(0, n / 4))
                {
                    start(
                        stream, config, bx.Whole<Float4>(), bw.View, bd.Whole<Float4>(),
                        bx.Start / 4, bw.Start, bd.Start / 4, rows.Rows, first, n / 4, op);
                }
            }
            else
            {
                var start = _compiler.Load<MatrixCombineDriver.Launcher<float, TOp>>(MatrixCombineDriver.Singles<TOp>);
                foreach ((KernelConfig config, long first) in Launches(0, n))
                {
                    start(
                        stream, config, bx.View, bw.View, bd.View,
                        bx.Start, bw.Start, bd.Start, rows.Rows, first, n, op);
                }
            }
        });
    }

    private protected override void RowCombineCore<TElement, TOp>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, ReadOnlySpan<float> weights, DeviceBuffer<float> destination, TOp op)
    {
        if (rows is not IReadOnlyList<DeviceBuffer<float>> floats)
        {
            throw new NotSupportedException($"'{Info.Id}' combines rows of float32 only.");
        }

        RowCombine(floats, weights, destination, op);
    }

    private protected override void AccumulateRowsCore<TElement, TOp>(
        IReadOnlyList<DeviceBuffer<TElement>> rows, ReadOnlySpan<TOp> ops, DeviceBuffer<long> integers, Span<double> largest)
    {
        if (rows is not IReadOnlyList<DeviceBuffer<float>> floats)
        {
            throw new NotSupportedException($"'{Info.Id}' combines rows of float32 only.");
        }

        for (int r = 0; r < floats.Count; r++)
        {
            largest[r] = floats[r].Length == 0 ? 0 : ReduceCore(floats[r], default(FiniteMaxAbs));
            AccumulateCore(floats[r], integers, ops[r]);
        }
    }

    private protected override void QuantizeCore<TBefore, TOp>(
        DeviceBuffer<float> source, DeviceBuffer<sbyte> codes, DeviceBuffer<float> scales, TBefore before, TOp op,
        long firstTile) => throw new NotSupportedException($"'{Info.Id}' does not quantize.");

    private void RowCombine<TOp>(
        IReadOnlyList<DeviceBuffer<float>> rows, ReadOnlySpan<float> weights, DeviceBuffer<float> destination, TOp op)
        where TOp : unmanaged, IRowCombine
    {
        Span<float> w = stackalloc float[ListCombineDriver.RowsPerLaunch];
        for (int r = 0; r < rows.Count; r += ListCombineDriver.RowsPerLaunch)
        {
            int count = Math.Min(ListCombineDriver.RowsPerLaunch, rows.Count - r);
            var group = new IlgpuBuffer<float>[ListCombineDriver.RowsPerLaunch];
            for (int k = 0; k < group.Length; k++)
            {
                int row = r + Math.Min(k, count - 1);
                (group[k], w[k]) = (Own(rows[row]), weights[row]);
            }

            CombineGroup(group, RowGroup.Of(w, count, continues: r > 0), Own(destination), op);
        }
    }

    private void CombineGroup<TOp>(IlgpuBuffer<float>[] g, RowGroup rows, IlgpuBuffer<float> destination, TOp op)
        where TOp : unmanaged, IRowCombine =>
        Guarded(stream =>
        {
            long n = destination.Length, quads = Quads(n, [.. g, destination]);
            if (quads > 0)
            {
                var start = _compiler.Load<ListCombineDriver.Launcher<Float4, TOp>>(ListCombineDriver.Quads<TOp>);
                var v = Array.ConvertAll(g, b => b.Whole<Float4>());
                RowGroup starts = rows.StartingAt(Array.ConvertAll(g, b => b.Start / 4));
                foreach ((KernelConfig config, long first) in Launches(0, quads))
                {
                    start(
                        stream, config, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7],
                        destination.Whole<Float4>(), starts, destination.Start / 4, first, quads, op);
                }
            }

            if (4 * quads < n)
            {
                var start = _compiler.Load<ListCombineDriver.Launcher<float, TOp>>(ListCombineDriver.Singles<TOp>);
                var v = Array.ConvertAll(g, b => b.View);
                RowGroup starts = rows.StartingAt(Array.ConvertAll(g, b => b.Start));
                foreach ((KernelConfig config, long first) in Launches(4 * quads, n))
                {
                    start(
                        stream, config, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7],
                        destination.View, starts, destination.Start, first, n, op);
                }
            }
        });
}
