// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Validation;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>What a kernel must have given at least for its check to mean something.</summary>
internal static class LeastWork
{
    /// <summary>A result for each vector of a reduction; else as many as the vectors have together.</summary>
    public static long Of(KernelCase kernel, IReadOnlyList<int> lengths) => kernel.Shape.StartsWith("reduce", StringComparison.Ordinal)
        ? Math.Max(1, lengths.Count(l => l > 0))
        : Math.Max(1, lengths.Sum(l => (long)l));
}
