// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>All cases. A new kernel is one file and one line here.</summary>
internal static class BenchCases
{
    /// <summary>Clients of an aggregation.</summary>
    public const int Rows = 16;

    /// <summary>Name and maker, in the order of the table. A maker allocates what its case alone needs.</summary>
    public static IReadOnlyList<(string Name, Func<BenchData, BenchCase> Create)> All { get; } =
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
        (ChaCha20Case.Name, ChaCha20Case.Create),
        (GaussianNoiseCase.PhiloxName, d => GaussianNoiseCase.CreatePhilox(d)),
        (GaussianNoiseCase.ChaCha20Name, d => GaussianNoiseCase.CreateChaCha20(d)),
        .. DiscreteGaussianCase.Laws.Select(l => (l.Name, (Func<BenchData, BenchCase>)(d => DiscreteGaussianCase.Create(d, l.Name, l.Sigma, l.Reach)))),
        (DiscreteGaussianCase.FusedName, DiscreteGaussianCase.CreateFused),
        (AccountantCase.EpsilonName, AccountantCase.CreateEpsilon),
        (AccountantCase.NoiseName, AccountantCase.CreateNoise),
        (QuantizeCase.Name, QuantizeCase.Create),
        (RotationCases.CopyName, RotationCases.CreateCopy),
        (RotationCases.Name, RotationCases.Create),
        (DispatchCase.Name, DispatchCase.Create),
    ];
}
