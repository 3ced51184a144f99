// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Validation;
using FedKernel.Training.Validation;

namespace FedKernel.Cli;

/// <summary>The kernels of every package that the command carries.</summary>
internal static class KernelCases
{
    public static IReadOnlyList<KernelCase> All { get; } =
    [
        .. CoreKernels.All,
        .. TrainingKernels.All,
    ];
}
