// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices.Validation;

/// <summary>What makes a vector sparse and adds it to a dense one.</summary>
internal static class SparseKernels
{
    // A weight of 569 and 20 bits after the point, as for the dense kernel.
    private const double GridScale = 569.0 * (1 << 20);

    private const double Scale = 1 / 911.7;

    public static IReadOnlyList<KernelCase> All { get; } =
    [
        new Reduce1Case<ScaledSquaredL2Norm>(
            "scaled_squared_l2_norm", new ScaledSquaredL2Norm(Scale), x => (x * Scale) * (x * Scale), (a, b) => a + b),
        new SelectLargestCase(),
        new SelectAtLeastCase(),
        new ScatterCase(),
        new ScatterAccumulateCase<FixedPointAccumulate>(
            "scatter_accumulate", new FixedPointAccumulate(GridScale), x => ReferenceRounding.Accumulate(x, GridScale)),
    ];
}
