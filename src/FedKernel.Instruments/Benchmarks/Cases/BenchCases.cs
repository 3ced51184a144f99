// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>Cases that belong together, for <c>--only</c>.</summary>
/// <param name="Name">As typed.</param>
/// <param name="Cases">Name and maker, in the order of the table. A maker allocates what its case alone needs.</param>
internal sealed record BenchGroup(string Name, IReadOnlyList<(string Name, Func<BenchData, BenchCase> Create)> Cases);

/// <summary>All cases. A new kernel is one file and one line here, in its group.</summary>
internal static class BenchCases
{
    /// <summary>Clients of an aggregation.</summary>
    public const int Rows = 16;

    /// <summary>In the order of the table.</summary>
    public static IReadOnlyList<BenchGroup> Groups { get; } =
    [
        new("aggregation",
        [
            (WeightedSumCase.Name, WeightedSumCase.Create),
            ("weighted_sum_bf16_16", d => TypedRowsCase.CreateBFloat16(d, "weighted_sum_bf16_16")),
            ("weighted_sum_f16_16", d => TypedRowsCase.CreateHalf(d, "weighted_sum_f16_16")),
            ("weighted_sum_f64_16", d => TypedRowsCase.CreateDouble(d, "weighted_sum_f64_16")),
            (SquaredNormCase.Name, SquaredNormCase.Create),
            (ClipCase.KnownName, d => ClipCase.Create(d, withNorm: false)),
            (ClipCase.WithNormName, d => ClipCase.Create(d, withNorm: true)),
            (FusedClipSumCase.Name, FusedClipSumCase.Create),
            (ExactMeanCase.Name, ExactMeanCase.Create),
        ]),
        new("privacy",
        [
            (ChaCha20Case.Name, ChaCha20Case.Create),
            (GaussianNoiseCase.PhiloxName, d => GaussianNoiseCase.CreatePhilox(d)),
            (GaussianNoiseCase.ChaCha20Name, d => GaussianNoiseCase.CreateChaCha20(d)),
            .. DiscreteGaussianCase.Laws.Select(l => (l.Name, (Func<BenchData, BenchCase>)(d => DiscreteGaussianCase.Create(d, l.Name, l.Sigma, l.Reach)))),
            (DiscreteGaussianCase.FusedName, DiscreteGaussianCase.CreateFused),
            (AccountantCase.EpsilonName, AccountantCase.CreateEpsilon),
            (AccountantCase.NoiseName, AccountantCase.CreateNoise),
        ]),
        new("compression", CompressionCases.All),
        new("dispatch", [(DispatchCase.Name, DispatchCase.Create)]),
    ];

    /// <summary>Every case of every group.</summary>
    public static IReadOnlyList<(string Name, Func<BenchData, BenchCase> Create)> All { get; } = [.. Groups.SelectMany(g => g.Cases)];

    /// <summary>Names of the cases of a group.</summary>
    /// <exception cref="ArgumentException">There is no such group.</exception>
    public static IReadOnlySet<string> NamesOf(string group) =>
        Groups.FirstOrDefault(g => g.Name == group) is { } found
            ? found.Cases.Select(c => c.Name).ToHashSet()
            : throw new ArgumentException($"--only takes one of {string.Join(", ", Groups.Select(g => g.Name))}; got '{group}'.");
}
