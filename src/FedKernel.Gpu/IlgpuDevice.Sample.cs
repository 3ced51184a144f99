// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void SampleCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<float> destination, TOp op, long firstTile)
    {
        if (destination.Length > 0)
        {
            Guarded((Source: Own(source), Destination: Own(destination), op, firstTile), static (device, s) =>
            {
                long n = s.Destination.Length, blocks = (n + SampleDriver.Tile - 1) / SampleDriver.Tile * SampleDriver.BlocksPerTile;
                var start = device._compiler.Load<SampleDriver.Launcher<TOp>>(SampleDriver.Blocks<NoLargest, TOp>);
                start(
                    device.Stream, device.Grid(blocks), s.Source.Whole<float>(), s.Destination.Whole<float>(),
                    s.Destination.Whole<float>(), s.Source.Start, s.Destination.Start, n,
                    s.firstTile * SampleDriver.BlocksPerTile, blocks, s.op);
            });
        }
    }
}
