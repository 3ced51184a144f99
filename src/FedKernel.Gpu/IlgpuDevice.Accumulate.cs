// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;
using ILGPU;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void AccumulateCore<TOp>(DeviceBuffer<float> x, DeviceBuffer<long> integers, TOp op) =>
        RunIntegers(
            Own(x), Own(integers), op, IntegerDriver.AccumulateQuads<TOp>, IntegerDriver.AccumulateSingles<TOp>);

    private protected override void ResolveCore<TOp>(DeviceBuffer<long> integers, DeviceBuffer<float> destination, TOp op) =>
        RunIntegers(
            Own(destination), Own(integers), op, IntegerDriver.ResolveQuads<TOp>, IntegerDriver.ResolveSingles<TOp>);

    private void RunIntegers<TOp>(
        IlgpuBuffer<float> floats, IlgpuBuffer<long> integers, TOp op, Delegate quadDriver, Delegate singleDriver)
        where TOp : unmanaged =>
        Guarded(stream =>
        {
            long n = floats.Length, quads = integers.Start % 2 == 0 ? Quads(n, floats) : 0;
            if (quads > 0)
            {
                var start = _compiler.Load<IntegerDriver.Launcher<Float4, Long2, TOp>>(quadDriver);
                foreach ((KernelConfig config, long first) in Launches(0, quads))
                {
                    start(
                        stream, config, floats.Whole<Float4>(), integers.Whole<Long2>(),
                        floats.Start / 4, integers.Start / 2, first, quads, op);
                }
            }

            if (4 * quads < n)
            {
                var start = _compiler.Load<IntegerDriver.Launcher<float, long, TOp>>(singleDriver);
                foreach ((KernelConfig config, long first) in Launches(4 * quads, n))
                {
                    start(stream, config, floats.View, integers.View, floats.Start, integers.Start, first, n, op);
                }
            }
        });
}
