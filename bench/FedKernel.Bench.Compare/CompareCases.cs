// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks.Cases;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Bench.Compare;

/// <summary>The rows of the comparison: cases of <c>fedkernel bench</c> with more peers, and some that only make sense here.</summary>
/// <remarks>A median of clients has no row: the engine has no such rule yet.</remarks>
internal static class CompareCases
{
    public static IReadOnlyList<(string Name, Func<BenchData, BenchCase> Create)> All(PythonPeers python, DeviceCatalog catalog)
    {
        return
        [
            (WeightedSumCase.Name, d => WithBars(
                python.Extend(d, WeightedSumCase.Create(d), Sum(d)), new Bar("over.numpy_loop", 5), new Bar("over.tensor_primitives", 1.7))),
            (SquaredNormCase.Name, d => python.Extend(d, SquaredNormCase.Create(d), Norm(d))),
            (ClipCase.KnownName, d => python.Extend(d, ClipCase.Create(d, withNorm: false), Clipped(d))),
            (ClipCase.WithNormName, d => python.Extend(d, ClipCase.Create(d, withNorm: true), Clipped(d))),
            (FusedClipSumCase.Name, d => python.Extend(d, FusedClipSumCase.Create(d), Sum(d))),
            (ExactMeanCase.Name, d => python.Extend(d, ExactMeanCase.Create(d), Sum(d))),
            (GaussianNoiseCase.PhiloxName, d => WithBars(
                python.Extend(d, GaussianNoiseCase.CreatePhilox(d), Noisy(d), "gaussian_noise"), new Bar("over.numpy_normal", 10))),
            (GaussianNoiseCase.ChaCha20Name, d => WithBars(
                python.Extend(d, GaussianNoiseCase.CreateChaCha20(d), Noisy(d), "gaussian_noise"), new Bar("over.numpy_normal", 10))),
            .. DiscreteGaussianCase.Laws.Select(l => (l.Name, (Func<BenchData, BenchCase>)(d => python.Extend(
                d, DiscreteGaussianCase.Create(d, l.Name, l.Sigma, l.Reach), HasMoments, every: 6)))),
            (DiscreteGaussianCase.FusedName, d => python.Extend(d, DiscreteGaussianCase.CreateFused(d), HasMoments, every: 6)),
            (AccountantCase.EpsilonName, d => WithBars(
                python.Extend(d, AccountantCase.CreateEpsilon(d), (found, _) => AccountantCase.CheckEpsilon(found[0], found[0])),
                new Bar("over.dp_accounting", 2))),
            (AccountantCase.NoiseName, d => python.Extend(
                d, AccountantCase.CreateNoise(d), (found, _) => AccountantCase.CheckNoise(found[0]), every: 6)),
            .. CompressionPeers.All(python),
            (MeanOfFilesCase.Name, d => python.Extend(d, MeanOfFilesCase.Create(d, python.Folder), Sum(d))),
            (DispatchCase.Name, WithParallelFor),
            .. IlgpuAlgorithmsCases.All(catalog),
        ];
    }

    /// <summary>The bars of the comparison, in place of those against the machine.</summary>
    private static BenchCase WithBars(BenchCase bench, params Bar[] bars) =>
        bench with { Description = bench.Description with { Bars = bars } };

    private static BenchCase WithParallelFor(BenchData data)
    {
        BenchCase bench = DispatchCase.Create(data);
        var options = new ParallelOptions { MaxDegreeOfParallelism = 2 };
        Action<int> nothing = _ => { };
        return bench with
        {
            Description = bench.Description with { Peers = ["parallel_for"] },
            Peers = [("parallel_for", new DelegateCase(
                bench.Description.PeerCase("parallel_for"), () => Parallel.For(0, 2, options, nothing)))],
        };
    }

    private static Func<double[], long[], string?> Sum(BenchData data)
    {
        double[] expected = data.ExpectedSum(r => data.Weights[r]);
        return Near(i => expected[i % data.Period], _ => 1e-4);
    }

    private static Func<double[], long[], string?> Clipped(BenchData data)
    {
        float factor = ClipCase.FactorAndBound(data).Factor;
        return Near(i => factor * data.Tile(0)[(int)(i % data.Period)], _ => 1e-3);
    }

    private static Func<double[], long[], string?> Noisy(BenchData data) =>
        Near(i => data.Tile(0)[(int)(i % data.Period)], _ => 7 * PythonPeers.Deviation);

    /// <summary>Mean, variance and count of noise over its σ: within six standard errors of 0 and 1.</summary>
    private static string? HasMoments(double[] found, long[] places) =>
        Math.Abs(found[0]) < 6 / Math.Sqrt(found[2]) && Math.Abs(found[1] - 1) < 6 * Math.Sqrt(2 / found[2])
            ? null
            : $"wrong result: noise has mean {found[0]} and variance {found[1]} instead of 0 and 1";

    /// <summary>A norm in float32 is good for three digits at this length.</summary>
    private static Func<double[], long[], string?> Norm(BenchData data)
    {
        double expected = SquaredNormCase.Exact(data);
        return (found, _) => Math.Abs(found[0] - expected) <= 0.01 * expected ? null : $"wrong result: {found[0]}, exactly {expected}";
    }

    /// <summary>Null, or the first place whose value is farther than its tolerance.</summary>
    public static Func<double[], long[], string?> Near(Func<long, double> expected, Func<long, double> tolerance) => (found, places) =>
    {
        for (int p = 0; p < places.Length; p++)
        {
            if (!(Math.Abs(found[p] - expected(places[p])) <= tolerance(places[p])))
            {
                return $"wrong result: element {places[p]} is {found[p]}";
            }
        }

        return null;
    };
}
