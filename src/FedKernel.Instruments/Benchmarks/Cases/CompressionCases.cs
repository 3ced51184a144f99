// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>The cases of compression, in the order of the table of bars.</summary>
internal static class CompressionCases
{
    public static IReadOnlyList<(string Name, Func<BenchData, BenchCase> Create)> All { get; } =
    [
        (SelectCases.TopName, SelectCases.CreateTop),
        (SelectCases.GatherName, SelectCases.CreateGather),
        (SelectCases.ScatterName, SelectCases.CreateScatterAdd),
        (QuantizeCase.Name, QuantizeCase.Create),
        .. CodeCases.All,

        .. CodingCases.All,
        (RotationCases.CopyName, RotationCases.CreateCopy),
        (RotationCases.Name, RotationCases.Create),
    ];
}
