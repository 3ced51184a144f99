// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;
using FedKernel.Kernels;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void SampleCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<float> destination, TOp op, long firstTile) =>
        Guarded((Source: Own(source), Destination: Own(destination), op, firstTile), static (device, s) =>
            device.RunSample<NoLargest, TOp>(
                s.Source, s.Source.Start, s.Destination, s.Destination.Start, s.Destination, s.Destination.Length, s.firstTile, s.op));

    /// <summary>destination = op over the source, n elements; four blocks of the stream a step where windows are aligned.</summary>
    private void RunSample<TLargest, TOp>(
        IlgpuBuffer<float> source, long sourceStart, IlgpuBuffer<float> destination, long destinationStart,
        IlgpuBuffer<float> largest, long n, long firstTile, TOp op)
        where TLargest : struct, ILargest
        where TOp : unmanaged, ISample
    {
        long whole = ((sourceStart | destinationStart) & 3) == 0 ? n / SampleDriver.Tile * SampleDriver.BlocksPerTile : 0;
        long all = (n + SampleDriver.Tile - 1) / SampleDriver.Tile * SampleDriver.BlocksPerTile;
        long firstBlock = firstTile * SampleDriver.BlocksPerTile;
        if (whole > 0)
        {
            var start = _compiler.Load<SampleDriver.Launcher<Float4, TOp>>(SampleDriver.Quads<TLargest, TOp>);
            start(
                Stream, Grid(whole / 4), source.Whole<Float4>(), destination.Whole<Float4>(), largest.Whole<Float4>(),
                sourceStart / 4, destinationStart / 4, n, firstBlock, 0, whole / 4, op);
        }

        if (whole < all)
        {
            var start = _compiler.Load<SampleDriver.Launcher<float, TOp>>(SampleDriver.Blocks<TLargest, TOp>);
            start(
                Stream, Grid(all - whole), source.Whole<float>(), destination.Whole<float>(), largest.Whole<float>(),
                sourceStart, destinationStart, n, firstBlock, whole, all, op);
        }
    }
}
