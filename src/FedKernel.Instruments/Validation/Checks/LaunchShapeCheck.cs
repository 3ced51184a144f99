// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Validation.Faults;
using FedKernel.Gpu;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>Other grids on a GPU, down to one group, give the same bits.</summary>
internal sealed class LaunchShapeCheck() : Check("determinism.launches", ValidationLevel.Medium, 10)
{
    private const int Length = 9001;

    public override CheckResult Run(CheckContext context)
    {
        if (context.Candidate.Info.Kind == DeviceKind.Cpu)
        {
            return context.Result(this, Verdict.Skip, "the processor has threads instead of grids; see determinism.threads");
        }

        using var device = (IlgpuDevice)context.Candidate.Open();
        int usual = device.MostGroups;
        int[] grids = [usual, 1, 3, 17];
        return SameBits.Compare(this, context, "launch", grids.Length, i =>
        {
            device.MostGroups = grids[i];
            device.BlocksPerPass = i == 2 ? 1 : 1 << 15;
            Device tested = context.Fault is { } fault ? new FaultyDevice(device, fault) : device;
            return KernelDigest.Of(tested, context.Kernels, Length, context.Seed, out long n) + ":" + n;
        });
    }
}
