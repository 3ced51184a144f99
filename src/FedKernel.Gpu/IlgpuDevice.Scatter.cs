// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void GatherCore(
        DeviceBuffer<float> source, DeviceBuffer<uint> indices, DeviceBuffer<float> destination) =>
        RunSparse(SparseDriver.Gather, indices, destination, source, 0);

    private protected override void ScatterCore(
        DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<float> destination) =>
        RunSparse(SparseDriver.Scatter, indices, values, destination, 0);

    private protected override void ScatterAddCore(
        DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<float> sums, float weight) =>
        RunSparse(SparseDriver.ScatterAdd, indices, values, sums, weight);

    private protected override void ScatterAccumulateCore<TOp>(
        DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<long> integers, TOp op)
    {
        if (indices.Length > 0)
        {
            Guarded((I: Own(indices), V: Own(values), D: Own(integers), op), static (device, s) =>
            {
                var start = device._compiler.Load<SparseDriver.AccumulateLauncher<TOp>>(SparseDriver.ScatterAccumulate<TOp>);
                start(
                    device.Stream, device.Grid(s.I.Length), s.I.Whole<uint>(), s.V.Whole<float>(), s.D.Whole<long>(),
                    s.I.Start, s.V.Start, s.D.Start, s.I.Length, s.op);
            });
        }
    }

    private void RunSparse(
        Delegate driver, DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<float> dense, float weight)
    {
        if (indices.Length > 0)
        {
            Guarded((driver, I: Own(indices), V: Own(values), D: Own(dense), weight), static (device, s) =>
            {
                var start = device._compiler.Load<SparseDriver.Launcher>(s.driver);
                start(
                    device.Stream, device.Grid(s.I.Length), s.I.Whole<uint>(), s.V.Whole<float>(), s.D.Whole<float>(),
                    s.I.Start, s.V.Start, s.D.Start, s.I.Length, s.weight);
            });
        }
    }
}
