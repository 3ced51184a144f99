// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private IlgpuBuffer<double>? _strands, _eighths, _results;

    /// <summary>Blocks whose strands are made before they are folded; tests lower it.</summary>
    /// <remarks>16 MB of strands: scratch memory stays small, and the L2 cache of a large GPU holds it.</remarks>
    internal long BlocksPerPass { get; set; } = 1 << 15;

    private protected override double ReduceCore<TOp>(DeviceBuffer<float> x, TOp op) =>
        ReduceCore(x, x, new FirstOnlyReduce<TOp>(op));

    private protected override double ReduceCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> y, TOp op)
    {
        IlgpuBuffer<float> bx = Own(x), by = Own(y);
        var results = new double[checked((int)ReductionTree.BlockCount(x.Length))];

        // The lock is held until the results are here, because the scratch memory serves one reduction at a time.
        Guarded(stream =>
        {
            long pass = Math.Min(BlocksPerPass, results.Length);
            ArrayView<double> strands = Scratch(ref _strands, pass * ReductionTree.Strands);
            ArrayView<double> eighths = Scratch(ref _eighths, pass * ReductionTree.Strands / 8);
            ArrayView<double> folded = Scratch(ref _results, results.Length);
            var fold = _compiler.Load<ReduceDriver.FoldLauncher<TOp>>(ReduceDriver.Fold<TOp>);
            for (long block = 0; block < results.Length; block += pass)
            {
                long count = Math.Min(pass, results.Length - block);
                MakeStrands(stream, bx, by, strands, block, count, op);
                foreach ((KernelConfig config, long first) in Launches(0, 8 * count))
                {
                    fold(stream, config, strands, eighths, 3, 0, first, 8 * count, op);
                }

                foreach ((KernelConfig config, long first) in Launches(0, count))
                {
                    fold(stream, config, eighths, folded, 0, block, first, count, op);
                }
            }

            Download(folded.SubView(0, results.Length), results);
        });
        return ReductionFold.Fold<TOp>(results, op);
    }

    private protected override void ReduceRowsCore<TOp>(
        DeviceMatrix rows, DeviceBuffer<float> y, DeviceBuffer<float> destination, TOp op)
    {
        IlgpuBuffer<float> bx = Own(rows.Storage), by = Own(y), bd = Own(destination);
        Guarded(stream =>
        {
            var start = _compiler.Load<ReduceRowsDriver.Launcher<TOp>>(ReduceRowsDriver.Rows<TOp>);
            foreach ((KernelConfig config, long first) in Launches(0, rows.Rows))
            {
                start(
                    stream, config, bx.View, by.View, bd.View, bx.Start, by.Start, bd.Start,
                    rows.Columns, first, rows.Rows, op);
            }
        });
    }

    private void MakeStrands<TOp>(
        AcceleratorStream stream, IlgpuBuffer<float> x, IlgpuBuffer<float> y,
        ArrayView<double> strands, long block, long count, TOp op)
        where TOp : unmanaged, Kernels.IReduce2
    {
        long begin = block * ReductionTree.Block, rest = x.Length - begin;
        bool aligned = x.Start % 4 == 0 && y.Start % 4 == 0;
        long whole = aligned ? Math.Min(count, rest / ReductionTree.Block) * ReductionTree.Strands : 0;
        if (whole > 0)
        {
            var start = _compiler.Load<ReduceDriver.StrandLauncher<Float4, TOp>>(ReduceDriver.Quads<TOp>);
            foreach ((KernelConfig config, long first) in Launches(0, whole))
            {
                start(
                    stream, config, x.Whole<Float4>(), y.Whole<Float4>(), strands,
                    (x.Start + begin) / 4, (y.Start + begin) / 4, rest, first, whole, op);
            }
        }

        long all = count * ReductionTree.Strands;
        if (whole < all)
        {
            var start = _compiler.Load<ReduceDriver.StrandLauncher<float, TOp>>(ReduceDriver.Singles<TOp>);
            foreach ((KernelConfig config, long first) in Launches(whole, all))
            {
                start(stream, config, x.View, y.View, strands, x.Start + begin, y.Start + begin, rest, first, all, op);
            }
        }
    }

    private ArrayView<double> Scratch(ref IlgpuBuffer<double>? buffer, long length)
    {
        if (buffer is null || buffer.Length < length)
        {
            buffer?.Dispose();
            buffer = IlgpuBuffer<double>.Allocate(this, length);
        }

        return buffer.View;
    }
}
