// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;
using ILGPU;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void GenerateCore<TOp>(DeviceBuffer<float> destination, TOp op) =>
        MapCore(destination, destination, destination, new GeneratedMap<TOp>(op));

    private protected override void MapCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<float> destination, TOp op) =>
        MapCore(x, x, destination, new FirstOnlyMap<TOp>(op));

    private protected override void MapCore<TOp>(
        DeviceBuffer<float> x, DeviceBuffer<float> y, DeviceBuffer<float> destination, TOp op)
    {
        IlgpuBuffer<float> bx = Own(x), by = Own(y), bd = Own(destination);
        Guarded(stream =>
        {
            long n = bd.Length, quads = Quads(n, bx, by, bd);
            if (quads > 0)
            {
                var start = _compiler.Load<MapDriver.Launcher<Float4, TOp>>(MapDriver.Quads<TOp>);
                foreach ((KernelConfig config, long first) in Launches(0, quads))
                {
                    start(
                        stream, config, bx.Whole<Float4>(), by.Whole<Float4>(), bd.Whole<Float4>(),
                        bx.Start / 4, by.Start / 4, bd.Start / 4, first, quads, op);
                }
            }

            if (4 * quads < n)
            {
                var start = _compiler.Load<MapDriver.Launcher<float, TOp>>(MapDriver.Singles<TOp>);
                foreach ((KernelConfig config, long first) in Launches(4 * quads, n))
                {
                    start(stream, config, bx.View, by.View, bd.View, bx.Start, by.Start, bd.Start, first, n, op);
                }
            }
        });
    }
}
