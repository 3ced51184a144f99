// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void DrawIntegersCore<TOp>(
        DeviceBuffer<int> source, DeviceBuffer<int> destination, DeviceBuffer<uint> table, TOp op, long firstTile) =>
        RunDraw(Own(source), Own(destination), Own(table), DrawDriver.FromIntegers<TOp>, op, firstTile);

    private protected override void DrawFloatsCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<int> destination, DeviceBuffer<uint> table, TOp op, long firstTile) =>
        RunDraw(Own(source), Own(destination), Own(table), DrawDriver.FromFloats<TOp>, op, firstTile);

    private void RunDraw<TSource, TOp>(
        IlgpuBuffer<TSource> source, IlgpuBuffer<int> destination, IlgpuBuffer<uint> table, Delegate driver, TOp op, long firstTile)
        where TSource : unmanaged
        where TOp : unmanaged =>
        Guarded((source, destination, table, driver, op, firstTile), static (device, s) =>
        {
            long n = s.destination.Length, steps = (n + Tile - 1) / Tile * SampleDriver.BlocksPerTile;
            if (steps > 0)
            {
                var start = device._compiler.Load<DrawDriver.Launcher<TOp>>(s.driver);
                start(
                    device.Stream, device.Grid(steps), s.source.Whole<uint>(), s.destination.Whole<uint>(), s.table.Whole<uint>(),
                    s.source.Start, s.destination.Start, (int)s.table.Start, n, s.firstTile * SampleDriver.BlocksPerTile, steps, s.op);
            }
        });
}
