// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>The cases of compression, in the order of the table of bars, with the errors of the quantizers beside their times.</summary>
internal static class CompressionCases
{
    private static readonly (string Name, Func<BenchData, BenchCase> Create)[] _cases =
    [
        (SelectCases.TopName, SelectCases.CreateTop),
        (SelectCases.GatherName, SelectCases.CreateGather),
        (SelectCases.ScatterName, SelectCases.CreateScatterAdd),
        (QuantizeCase.Name, QuantizeCase.Create),
        .. CodeCases.All,
        (RotationCases.CopyName, RotationCases.CreateCopy),
        (RotationCases.Name, RotationCases.Create),
        .. ((int[])[1, 2, 4]).Select(b => (RotationCases.EdenName(b), (Func<BenchData, BenchCase>)(d => RotationCases.CreateEden(d, b)))),
        .. CodingCases.All,
    ];

    public static IReadOnlyList<(string Name, Func<BenchData, BenchCase> Create)> All { get; } =
        [.. _cases.Select(c => (c.Name, (Func<BenchData, BenchCase>)(d => QuantizerErrors.With(d, c.Create(d)))))];
}
