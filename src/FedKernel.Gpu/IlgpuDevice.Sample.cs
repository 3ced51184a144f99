// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;
using ILGPU;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void SampleCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<float> destination, TOp op, long firstTile)
    {
        IlgpuBuffer<float> bs = Own(source), bd = Own(destination);
        Guarded(stream =>
        {
            var start = _compiler.Load<SampleDriver.Launcher<TOp>>(SampleDriver.Blocks<TOp>);
            long n = bd.Length, blocks = (n + SampleDriver.Tile - 1) / SampleDriver.Tile * SampleDriver.BlocksPerTile;
            foreach ((KernelConfig config, long first) in Launches(0, blocks))
            {
                start(
                    stream, config, bs.View, bd.View, bs.Start, bd.Start, n,
                    firstTile * SampleDriver.BlocksPerTile, first, blocks, op);
            }
        });
    }
}
