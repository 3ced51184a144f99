// SPDX-License-Identifier: Apache-2.0
using System.Numerics.Tensors;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>Σ w[r]·x[r] over 16 rows: reads 64 B and writes 4 B an element. What FedAvg does on a server.</summary>
internal static unsafe class WeightedSumCase
{
    public const string Name = "weighted_sum_16";

    public static BenchCase Create(BenchData data)
    {
        DeviceRows<float> target = data.CreateTarget<float>();
        float[] weights = data.Weights;
        VectorCheck<float> check = SumCheck(data, target, r => weights[r]);
        var work = new DelegateCase(
            Name, () => data.Device.RowCombine(data.Rows.Buffers, weights, target.Buffer, default(WeightedSum)), check.Spoil, check.Check)
        { OnFinish = data.Device.Synchronize };
        var peers = new List<(string, TimedCase)>();
        if (data.HasPeers)
        {
            peers.Add(("naive", CLoop(data, target, check, LimitLoop.WeightedSumRowByRow, "naive", 2)));
            peers.Add(("c", CLoop(data, target, check, LimitLoop.WeightedSumOnePass, "c", 1)));
            peers.Add(("tensor_primitives", new DelegateCase(
                $"{Name}~tensor_primitives", () => ByTensorPrimitives(data.Rows, weights, target.Span(0)), check.Spoil, check.Check)
            { Every = 2 }));
        }

        return new BenchCase(
            new CaseDescription(Name, "weighted sum of 16, float32")
            {
                Elements = data.Length,
                BytesPerElement = 68,
                Limit = [new LimitPart(Traffic.Rows, 68)],
                Peers = [.. peers.Select(p => p.Item1)],
                Bars = [new Bar("share_of_limit", 0.85), new Bar("over.tensor_primitives", 1.7)],
            },
            work,
            peers);
    }

    /// <summary>Holds a sum to its float64 value; 10⁻⁵ of the largest term leaves room for any order, none for a row that is missing.</summary>
    public static VectorCheck<float> SumCheck(BenchData data, DeviceRows<float> target, Func<int, float> weight)
    {
        double[] expected = data.ExpectedSum(weight);
        return new VectorCheck<float>(target.Buffer, data.Period, float.NaN, (v, i, _) => Math.Abs(v - expected[i]) <= 1e-5);
    }

    private static LimitCase CLoop(
        BenchData data, DeviceRows<float> target, VectorCheck<float> check, LimitLoop loop, string name, int every)
    {
        nint[] rows = [.. Enumerable.Range(0, BenchCases.Rows).Select(r => (nint)data.Rows.Memory!.Row(r))];
        return data.Own(new LimitCase(
            $"{Name}~{name}", data.Library!, loop, all: true, 68, data.Length, target.Memory!.Row(0), data.Weights, rows)
        { OnPrepare = check.Spoil, OnCheck = check.Check, Every = every });
    }

    private static void ByTensorPrimitives(DeviceRows<float> rows, float[] weights, Span<float> destination)
    {
        TensorPrimitives.Multiply(rows.Span(0), weights[0], destination);
        for (int r = 1; r < weights.Length; r++)
        {
            TensorPrimitives.MultiplyAdd(rows.Span(r), weights[r], destination, destination);
        }
    }
}
