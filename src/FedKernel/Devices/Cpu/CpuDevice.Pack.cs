// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu.Loops;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
    private protected override void PackCore(DeviceBuffer<uint> words, DeviceBuffer<byte> codes, int bits) =>
        Run(new PackLoop(Pointer(words), Pointer(codes), words.Length, bits), words.Length);

    private protected override void UnpackCore(DeviceBuffer<byte> codes, DeviceBuffer<uint> words, int bits) =>
        Run(new UnpackLoop(Pointer(codes), Pointer(words), words.Length, bits), words.Length);
}
