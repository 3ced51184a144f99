// SPDX-License-Identifier: Apache-2.0
using FedKernel.Aggregation;
using FedKernel.Instruments.Benchmarks.Cases;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Updates;

namespace FedKernel.Bench.Compare;

/// <summary>From 16 files to one: what a server does that keeps updates on disk. Ours holds a window of one file, NumPy all of them.</summary>
internal static class MeanOfFilesCase
{
    public const string Name = "mean_of_npy_16";

    public static BenchCase Create(BenchData data, string folder)
    {
        int n = checked((int)PythonPeers.FileLength(data.Length));
        string[] files = [.. Enumerable.Range(0, BenchCases.Rows).Select(r => Path.Combine(folder, $"{r}.npy"))];
        for (int r = 0; r < files.Length; r++)
        {
            var values = new float[n];
            for (int i = 0; i < n; i++)
            {
                values[i] = data.Tile(r)[i % data.Period];
            }

            NpyFile.Write(files[r], values);
        }

        DeviceRows<float> target = data.CreateTarget<float>(n);
        string result = Path.Combine(folder, "mean.npy");
        var check = new VectorCheck<float>(
            target.Buffer, data.Period, float.NaN, Expected(data.ExpectedSum(r => data.Weights[r])));
        var work = new DelegateCase(Name, () => Aggregate(data, files, target, result), check.Spoil, check.Check);
        return new BenchCase(
            new CaseDescription(Name, "mean of 16 .npy files into one") { Elements = n, BytesPerElement = 68 }, work, []);
    }

    private static Func<float, int, long, bool> Expected(double[] expected) => (v, i, _) => Math.Abs(v - expected[i]) <= 1e-5;

    private static void Aggregate(BenchData data, string[] files, DeviceRows<float> target, string result)
    {
        using var mean = new ExactMean(data.Device, target.Buffer.Length, new FixedPointRange(1, 16, files.Length));
        for (int r = 0; r < files.Length; r++)
        {
            using NpyFile update = NpyFile.Open(files[r]);
            FoldOutcome outcome = mean.Fold(update, r + 1);
            if (!outcome.IsAccepted)
            {
                throw new InvalidOperationException(outcome.Reason);
            }
        }

        mean.Resolve(target.Buffer);
        NpyFile.Write(result, target.Span(0));
    }
}
