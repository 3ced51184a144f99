// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu.Loops;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
    private protected override void GatherCore(
        DeviceBuffer<float> source, DeviceBuffer<uint> indices, DeviceBuffer<float> destination) =>
        RunAt(indices, new GatherStep(Pointer(source), Pointer(destination)));

    private protected override void ScatterCore(
        DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<float> destination) =>
        RunAt(indices, new ScatterStep(Pointer(values), Pointer(destination)));

    private protected override void ScatterAddCore(
        DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<float> sums, float weight) =>
        RunAt(indices, new ScatterAddStep(Pointer(values), Pointer(sums), weight));

    private protected override void ScatterAccumulateCore<TOp>(
        DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<long> integers, TOp op) =>
        RunAt(indices, new ScatterAccumulateStep<TOp>(Pointer(values), Pointer(integers), op));

    private void RunAt<TStep>(DeviceBuffer<uint> indices, TStep step)
        where TStep : unmanaged, IIndexStep =>
        Run(new IndexLoop<TStep>(Pointer(indices), indices.Length, step), indices.Length, IndexLoop<TStep>.Chunk);
}
