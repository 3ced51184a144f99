// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>The cases of compression, in the order of the table of bars.</summary>
internal static class CompressionCases
{
    public static IReadOnlyList<(string Name, Func<BenchData, BenchCase> Create)> All { get; } =
    [
        (QuantizeCase.Name, QuantizeCase.Create),
        .. CodingCases.All,
        (RotationCases.CopyName, RotationCases.CreateCopy),
        (RotationCases.Name, RotationCases.Create),
    ];
}
