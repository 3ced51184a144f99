// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation.Faults;

public sealed partial class FaultyDevice
{
    private protected override void EncodeCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<byte> codes, DeviceBuffer<float> scales, TOp op, int blockSize, long firstTile) =>
        Spoil(codes, () => _inner.Encode(Inner(source), Inner(codes), Inner(scales), op, blockSize, firstTile));

    private protected override void EncodeWithFeedbackCore<TOp, TDecode>(
        DeviceBuffer<float> source, DeviceBuffer<float> memory, DeviceBuffer<byte> codes, DeviceBuffer<float> scales,
        TOp op, TDecode decode, int blockSize, long firstTile) =>
        Spoil(codes, () => _inner.EncodeWithFeedback(
            Inner(source), Inner(memory), Inner(codes), Inner(scales), op, decode, blockSize, firstTile));

    private protected override void DecodeCore<TOp>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<float> destination, TOp op, int blockSize) =>
        Spoil(destination, () => _inner.Decode(Inner(codes), Inner(scales), Inner(destination), op, blockSize));

    private protected override void DecodeAddCore<TOp>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<float> sums, float weight, TOp op, int blockSize) =>
        Spoil(sums, () => _inner.DecodeAdd(Inner(codes), Inner(scales), Inner(sums), weight, op, blockSize));

    private protected override void DecodeAccumulateCore<TOp, TSum>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<long> integers, TOp op, TSum sum, int blockSize) =>
        Spoil(integers, () => _inner.DecodeAccumulate(Inner(codes), Inner(scales), Inner(integers), op, sum, blockSize));
}
