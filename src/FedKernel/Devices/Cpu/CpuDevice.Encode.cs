// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu.Loops;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
    private protected override void EncodeCore<TOp>(
        DeviceBuffer<float> source, DeviceBuffer<byte> codes, DeviceBuffer<float> scales, TOp op, int blockSize, long firstTile)
    {
        long n = source.Length;
        Run(new EncodeLoop<TOp>(Pointer(source), Pointer(codes), Pointer(scales), n, op, blockSize, firstTile), n);
    }

    private protected override void EncodeWithFeedbackCore<TOp, TDecode>(
        DeviceBuffer<float> source, DeviceBuffer<float> memory, DeviceBuffer<byte> codes, DeviceBuffer<float> scales,
        TOp op, TDecode decode, int blockSize, long firstTile)
    {
        long n = source.Length;
        var loop = new EncodeWithFeedbackLoop<TOp, TDecode>(
            Pointer(source), Pointer(memory), Pointer(codes), Pointer(scales), n, op, decode, blockSize, firstTile);
        Run(loop, n);
    }

    private protected override void DecodeCore<TOp>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<float> destination, TOp op, int blockSize) =>
        RunDecode(codes, scales, destination.Length, op, new StoreSink(Pointer(destination)), blockSize);

    private protected override void DecodeAddCore<TOp>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<float> sums, float weight, TOp op, int blockSize) =>
        RunDecode(codes, scales, sums.Length, op, new AddSink(Pointer(sums), weight), blockSize);

    private protected override void DecodeAccumulateCore<TOp, TSum>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, DeviceBuffer<long> integers, TOp op, TSum sum, int blockSize) =>
        RunDecode(codes, scales, integers.Length, op, new AccumulateSink<TSum>(Pointer(integers), sum), blockSize);

    private void RunDecode<TOp, TSink>(
        DeviceBuffer<byte> codes, DeviceBuffer<float> scales, long length, TOp op, TSink sink, int blockSize)
        where TOp : unmanaged, Kernels.IDecode
        where TSink : unmanaged, IDecodeSink =>
        Run(
            new DecodeLoop<TOp, TSink>(Pointer(codes), Pointer(scales), length, op, sink, blockSize, scales.Length > 0),
            length);
}
