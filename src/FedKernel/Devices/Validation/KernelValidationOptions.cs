// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;

namespace FedKernel.Devices.Validation;

/// <summary>What a validation covers.</summary>
public sealed record KernelValidationOptions
{
    /// <summary>
    /// Lengths around every edge of a loop: registers of all widths, the sample tile, the reduction block, the chunk of a
    /// thread, and one large odd length that keeps several threads and three levels of loops busy.
    /// </summary>
    public static IReadOnlyList<int> StandardLengths { get; } =
    [
        0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 260, 511, 513, 1000,
        ReductionTree.Block - 1, ReductionTree.Block, ReductionTree.Block + 1, 65_535, 65_537, 262_147,
    ];

    /// <summary>Vector lengths, each 0 or more.</summary>
    public IReadOnlyList<int> Lengths { get; init; } = StandardLengths;

    /// <summary>
    /// Elements, each 0 to 15, by which windows are out of line: every length at each of them; one that follows from the length
    /// if empty.
    /// </summary>
    public IReadOnlyList<int> Offsets { get; init; } = [];

    /// <summary>Chooses the inputs.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The kernels; add those of other packages.</summary>
    public IReadOnlyList<KernelCase> Cases { get; init; } = CoreKernels.All;
}
