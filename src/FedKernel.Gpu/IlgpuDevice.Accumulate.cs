// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;

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
        Guarded((floats, integers, op, quadDriver, singleDriver), static (device, s) =>
        {
            (IlgpuBuffer<float> f, IlgpuBuffer<long> i) = (s.floats, s.integers);
            long n = f.Length, quads = f.Start % 4 == 0 && i.Start % 2 == 0 ? n / 4 : 0;
            if (quads > 0)
            {
                var start = device._compiler.Load<IntegerDriver.Launcher<Float4, Long2, TOp>>(s.quadDriver);
                start(
                    device.Stream, device.Grid(quads), f.Whole<Float4>(), i.Whole<Long2>(),
                    f.Start / 4, i.Start / 2, 0, quads, s.op);
            }

            if (4 * quads < n)
            {
                var start = device._compiler.Load<IntegerDriver.Launcher<float, long, TOp>>(s.singleDriver);
                start(
                    device.Stream, device.Grid(n - (4 * quads)), f.Whole<float>(), i.Whole<long>(),
                    f.Start, i.Start, 4 * quads, n, s.op);
            }
        });
}
