// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu.Loops;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
    private protected override void PackCore(DeviceBuffer<uint> words, DeviceBuffer<byte> codes, int bits) =>
        Run(new PackLoop(Pointer(words), Pointer(codes), words.Length, bits), words.Length);

    private protected override void UnpackCore(DeviceBuffer<byte> codes, DeviceBuffer<uint> words, int bits) =>
        Run(new UnpackLoop(Pointer(codes), Pointer(words), words.Length, bits), words.Length);

    private protected override void FindLevelsCore(
        DeviceBuffer<float> values, DeviceBuffer<float> boundaries, DeviceBuffer<uint> codes)
    {
        var loop = new FindLevelsLoop(
            Pointer(values), Pointer(boundaries), (int)boundaries.Length, Pointer(codes), values.Length);
        Run(loop, values.Length);
    }

    private protected override void TakeLevelsCore(
        DeviceBuffer<uint> codes, DeviceBuffer<float> magnitudes, DeviceBuffer<float> destination)
    {
        var loop = new TakeLevelsLoop(
            Pointer(codes), Pointer(magnitudes), (int)magnitudes.Length, Pointer(destination), codes.Length);
        Run(loop, codes.Length);
    }
}
