// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation.Faults;

public sealed partial class FaultyDevice
{
    private protected override void SelectLargestCore(
        DeviceBuffer<float> x, DeviceBuffer<uint> indices, DeviceBuffer<float> values, uint firstIndex) =>
        Spoil(values, () => _inner.SelectLargest(Inner(x), Inner(indices), Inner(values), firstIndex));

    private protected override (DeviceBuffer<uint> Indices, DeviceBuffer<float> Values) SelectAtLeastCore(
        DeviceBuffer<float> x, uint least, uint firstIndex)
    {
        _inner.SelectAtLeast(
            Inner(x), BitConverter.UInt32BitsToSingle(least), out DeviceBuffer<uint> indices, out DeviceBuffer<float> values, firstIndex);
        DeviceBuffer<float> found = Allocate<float>(values.Length);
        float[] right = values.ToArray();
        values.Dispose();
        Spoil(found, () => Inner(found).CopyFrom(right));
        return (new FaultyBuffer<uint>(this, indices), found);
    }

    private protected override void CountMagnitudesCore(DeviceBuffer<float> x, uint lowest, int shift, Span<long> counts) =>
        _inner.CountMagnitudes(Inner(x), lowest, shift, counts);

    private protected override void GatherCore(
        DeviceBuffer<float> source, DeviceBuffer<uint> indices, DeviceBuffer<float> destination) =>
        Spoil(destination, () => _inner.Gather(Inner(source), Inner(indices), Inner(destination)));

    private protected override void ScatterCore(
        DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<float> destination) =>
        Spoil(destination, () => _inner.Scatter(Inner(indices), Inner(values), Inner(destination)));

    private protected override void ScatterAddCore(
        DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<float> sums, float weight) =>
        Spoil(sums, () => _inner.ScatterAdd(Inner(indices), Inner(values), Inner(sums), weight));

    private protected override void ScatterAccumulateCore<TOp>(
        DeviceBuffer<uint> indices, DeviceBuffer<float> values, DeviceBuffer<long> integers, TOp op) =>
        Spoil(integers, () => _inner.ScatterAccumulate(Inner(indices), Inner(values), Inner(integers), op));
}
