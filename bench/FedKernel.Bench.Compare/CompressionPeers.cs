// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using FedKernel.Instruments.Benchmarks.Cases;
using FedKernel.Instruments.Benchmarks.Results;

namespace FedKernel.Bench.Compare;

/// <summary>Every case of compression, with its bars; those that NumPy or PyTorch do the work of, with them and the ratio that is asked for.</summary>
internal static class CompressionPeers
{
    /// <summary>Rounds between two samples of peers that take a hundred times as long as we do.</summary>
    private const int Slow = 4;

    public static IEnumerable<(string Name, Func<BenchData, BenchCase> Create)> All(PythonPeers python) =>
        CompressionCases.All.Select(c => (c.Name, (Func<BenchData, BenchCase>)(d => Extend(python, d, c.Create(d)))));

    private static BenchCase Extend(PythonPeers python, BenchData data, BenchCase bench) => bench.Description.Name switch
    {
        SelectCases.TopName => WithMoreBars(
            python.Extend(data, bench, Selected(data), every: Slow), new Bar("over.numpy_argpartition", 20), new Bar("over.torch_topk", 20)),
        QuantizeCase.Name => python.Extend(data, bench, Coded(data, 1 / 126f, 256)),
        CodeCases.Int8Encode => python.Extend(data, bench, Coded(data, 0.505f / 127, 256), "int8_blocks"),
        CodeCases.NormalFloat4Encode => python.Extend(data, bench, Coded(data, 0.153f, 64), "nf4_blocks", every: Slow),
        RotationCases.Name => python.Extend(data, bench, Rotated(data), every: Slow),
        _ => bench,
    };

    private static BenchCase WithMoreBars(BenchCase bench, params Bar[] bars) =>
        bench with { Description = bench.Description with { Bars = [.. bench.Description.Bars, .. bars] } };

    /// <summary>How many were taken, and that nothing larger was left.</summary>
    private static Func<double[], long[], string?> Selected(BenchData data) => (found, _) => found[0] == data.Length / 100 && found[1] == 0
        ? null
        : $"wrong result: {found[0]} indices instead of {data.Length / 100}, {found[1]} larger values left out";

    /// <summary>Decoded values that are as near as half a step of their block, or a whole one.</summary>
    private static Func<double[], long[], string?> Coded(BenchData data, float step, int block)
    {
        float[] largest = [.. data.Tile(0).ToArray().Chunk(block).Select(c => c.Max(Math.Abs))];
        return CompareCases.Near(i => data.Tile(0)[(int)(i % data.Period)], i => largest[i % data.Period / block] * step);
    }

    /// <summary>The first element, Σ x / √n, and the squared norm, which a rotation leaves.</summary>
    private static Func<double[], long[], string?> Rotated(BenchData data)
    {
        long n = 1L << Math.Min(24, BitOperations.Log2((ulong)data.Length));
        double sum = 0, squares = 0;
        for (int i = 0; i < Math.Min(n, data.Period); i++)
        {
            sum += data.Tile(0)[i];
            squares += (double)data.Tile(0)[i] * data.Tile(0)[i];
        }

        double repeats = (double)n / Math.Min(n, data.Period);
        double first = sum * repeats / Math.Sqrt(n), norm = squares * repeats;
        return (found, _) => Math.Abs(found[0] - first) <= 1e-4 * Math.Sqrt(norm) && Math.Abs(found[1] - norm) <= 1e-3 * norm
            ? null
            : $"wrong result: first element {found[0]} and squared norm {found[1]} instead of {first} and {norm}";
    }
}
