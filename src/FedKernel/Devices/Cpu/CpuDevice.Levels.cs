// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu.Loops;

namespace FedKernel.Devices.Cpu;

public sealed unsafe partial class CpuDevice
{
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
