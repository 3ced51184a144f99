// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>The cases of compression, in the order of the table of bars.</summary>
internal static class CompressionCases
{
    public static IReadOnlyList<(string Name, Func<BenchData, BenchCase> Create)> All { get; } =
    [
        (SelectCases.Name, SelectCases.Create),
        (QuantizeCase.Name, QuantizeCase.Create),
        .. CodeCases.All,

        .. CodingCases.All,
        (RotationCases.CopyName, RotationCases.CreateCopy),
        (RotationCases.Name, RotationCases.Create),
        .. ((int[])[1, 2, 4]).Select(b => (RotationCases.EdenName(b), (Func<BenchData, BenchCase>)(d => RotationCases.CreateEden(d, b)))),
    ];
}
