// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void GenerateCore<TOp>(DeviceBuffer<float> destination, TOp op) =>
        MapCore(destination, destination, destination, new GeneratedMap<TOp>(op));

    private protected override void MapCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> destination, TOp op) =>
        MapCore(x, x, destination, new FirstOnlyMap<TOp>(op));

    private protected override void MapCore<TOp>(
        DeviceBuffer<float> x, DeviceBuffer<float> y, DeviceBuffer<float> destination, TOp op) =>
        Guarded((X: Own(x), Y: Own(y), D: Own(destination), op), static (device, s) =>
        {
            (IlgpuBuffer<float> bx, IlgpuBuffer<float> by, IlgpuBuffer<float> bd) = (s.X, s.Y, s.D);
            long n = bd.Length, quads = Quads(n, bx, by, bd);
            if (quads > 0)
            {
                var start = device._compiler.Load<MapDriver.Launcher<Float4, TOp>>(MapDriver.Quads<TOp>);
                start(
                    device.Stream, device.Grid(quads), bx.Whole<Float4>(), by.Whole<Float4>(), bd.Whole<Float4>(),
                    bx.Start / 4, by.Start / 4, bd.Start / 4, 0, quads, s.op);
            }

            if (4 * quads < n)
            {
                var start = device._compiler.Load<MapDriver.Launcher<float, TOp>>(MapDriver.Singles<TOp>);
                start(
                    device.Stream, device.Grid(n - (4 * quads)), bx.Whole<float>(), by.Whole<float>(), bd.Whole<float>(),
                    bx.Start, by.Start, bd.Start, 4 * quads, n, s.op);
            }
        });
}
