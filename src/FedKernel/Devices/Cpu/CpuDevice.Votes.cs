// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu.Loops;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
    private protected override void CountVotesCore(
        DeviceBuffer<uint> rows, DeviceBuffer<uint> planes, int planeCount, long words) =>
        Run(new CountVotesLoop(Pointer(rows), Pointer(planes), planeCount, words), words);

    private protected override void DecideVotesCore(
        DeviceBuffer<uint> planes, int planeCount, int threshold, DeviceBuffer<uint> destination) =>
        Run(new DecideVotesLoop(Pointer(planes), planeCount, threshold, Pointer(destination), destination.Length), destination.Length);
}
