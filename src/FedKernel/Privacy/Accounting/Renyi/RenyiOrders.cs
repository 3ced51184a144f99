// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.Renyi;

/// <summary>The orders α at which divergences are followed: those of dp_accounting, so that its answers are ours.</summary>
internal static class RenyiOrders
{
    /// <summary>1.1, 1.2, … 10.9; 11, 12, … 63; 128, 256, 512, 1024.</summary>
    public static IReadOnlyList<double> Default { get; } =
    [
        .. Enumerable.Range(1, 99).Select(i => 1 + (i / 10.0)),
        .. Enumerable.Range(11, 53).Select(i => (double)i),
        128, 256, 512, 1024,
    ];
}
