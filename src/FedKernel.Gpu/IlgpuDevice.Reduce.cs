// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;
using FedKernel.Numerics;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private IlgpuBuffer<double>? _strands, _eighths, _folded;
    private double[] _results = [];

    /// <summary>Blocks whose strands are made before they are folded; tests lower it.</summary>
    /// <remarks>16 MB of strands: scratch memory stays small, and the L2 cache of a large GPU holds it.</remarks>
    internal long BlocksPerPass { get; set; } = 1 << 15;

    private protected override double ReduceCore<TOp>(DeviceBuffer<float> x, TOp op) =>
        ReduceCore(x, x, new FirstOnlyReduce<TOp>(op));

    private protected override double ReduceCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> y, TOp op)
    {
        double result = 0;

        // The lock is held until the result is here, because the scratch memory serves one reduction at a time.
        Guarded(new Reduction<TOp>(Own(x), Own(y), op, ref result), static (device, s) =>
        {
            int blocks = checked((int)ReductionTree.BlockCount(s.X.Length));
            long pass = Math.Min(device.BlocksPerPass, blocks);
            IlgpuBuffer<double> strands = device.Scratch(ref device._strands, pass * ReductionTree.Strands);
            IlgpuBuffer<double> eighths = device.Scratch(ref device._eighths, pass * ReductionTree.Strands / 8);
            IlgpuBuffer<double> folded = device.Scratch(ref device._folded, blocks);
            for (long block = 0; block < blocks; block += pass)
            {
                long count = Math.Min(pass, blocks - block);
                device.MakeStrands(s.X, s.Y, strands, block, count, s.Op);
                device.Fold(strands, eighths, 3, 0, 8 * count, s.Op);
                device.Fold(eighths, folded, 0, block, count, s.Op);
            }

            s.Result = ReductionFold.Fold(device.Results(folded, blocks), s.Op);
        });
        return result;
    }

    private protected override void ReduceRowsCore<TOp>(
        DeviceMatrix rows, DeviceBuffer<float> y, DeviceBuffer<float> destination, TOp op)
    {
        if (rows.Rows > 0)
        {
            Guarded((X: Own(rows.Storage), Y: Own(y), D: Own(destination), rows, op), static (device, s) =>
            {
                var start = device._compiler.Load<ReduceRowsDriver.Launcher<TOp>>(ReduceRowsDriver.Rows<TOp>);
                start(
                    device.Stream, device.Grid(s.rows.Rows), s.X.Whole<float>(), s.Y.Whole<float>(), s.D.Whole<float>(),
                    s.X.Start, s.Y.Start, s.D.Start, s.rows.Columns, s.rows.Rows, s.op);
            });
        }
    }

    private void MakeStrands<TOp>(
        IlgpuBuffer<float> x, IlgpuBuffer<float> y, IlgpuBuffer<double> strands, long block, long count, TOp op)
        where TOp : unmanaged, Kernels.IReduce2
    {
        long begin = block * ReductionTree.Block, rest = x.Length - begin;
        bool aligned = x.Start % 4 == 0 && y.Start % 4 == 0;
        long whole = aligned ? Math.Min(count, rest / ReductionTree.Block) * ReductionTree.Strands : 0;
        if (whole > 0)
        {
            var start = _compiler.Load<ReduceDriver.StrandLauncher<Float4, TOp>>(ReduceDriver.Quads<TOp>);
            start(
                Stream, Grid(whole), x.Whole<Float4>(), y.Whole<Float4>(), strands.Whole<double>(),
                (x.Start + begin) / 4, (y.Start + begin) / 4, rest, 0, whole, op);
        }

        long all = count * ReductionTree.Strands;
        if (whole < all)
        {
            var start = _compiler.Load<ReduceDriver.StrandLauncher<float, TOp>>(ReduceDriver.Singles<TOp>);
            start(
                Stream, Grid(all - whole), x.Whole<float>(), y.Whole<float>(), strands.Whole<double>(),
                x.Start + begin, y.Start + begin, rest, whole, all, op);
        }
    }

    private void Fold<TOp>(
        IlgpuBuffer<double> source, IlgpuBuffer<double> destination, int logStride, long destinationStart, long end, TOp op)
        where TOp : unmanaged, Kernels.IReduce2
    {
        var fold = _compiler.Load<ReduceDriver.FoldLauncher<TOp>>(ReduceDriver.Fold<TOp>);
        fold(Stream, Grid(end), source.Whole<double>(), destination.Whole<double>(), logStride, destinationStart, end, op);
    }

    /// <summary>The first values of scratch memory, on the host until the next call.</summary>
    private Span<double> Results(IlgpuBuffer<double> source, int count)
    {
        if (_results.Length < count)
        {
            _results = GC.AllocateUninitializedArray<double>(count);
        }

        Span<double> results = _results.AsSpan(0, count);
        source.CopyTo(results);
        return results;
    }

    private IlgpuBuffer<T> Scratch<T>(ref IlgpuBuffer<T>? buffer, long length)
        where T : unmanaged
    {
        if (buffer is null || buffer.Length < length)
        {
            buffer?.Dispose();
            buffer = IlgpuBuffer<T>.Allocate(this, length);
        }

        return buffer;
    }

    private readonly ref struct Reduction<TOp>(IlgpuBuffer<float> x, IlgpuBuffer<float> y, TOp op, ref double result)
    {
        private readonly ref double _result = ref result;

        public IlgpuBuffer<float> X => x;

        public IlgpuBuffer<float> Y => y;

        public TOp Op => op;

        public double Result
        {
            set => _result = value;
        }
    }
}
