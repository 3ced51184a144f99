// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>Σ w[r] · clip(x[r]) over 16 rows whose norms are known: the factors go into the weights, so 4n + 4 B an element.</summary>
internal static class FusedClipSumCase
{
    public const string Name = "clip_weighted_sum_16";

    public static BenchCase Create(BenchData data)
    {
        DeviceRows<float> target = data.CreateTarget<float>();
        double[] squared = [.. data.Rows.Buffers.Select(b => data.Device.Reduce(b, default(SquaredL2Norm)))];
        double bound = Math.Sqrt(squared.Min()) / 2;
        var factors = new float[BenchCases.Rows];
        float[] expected = Factors(squared, bound, data.Weights, new float[BenchCases.Rows]);
        VectorCheck<float> check = WeightedSumCase.SumCheck(data, target, r => expected[r]);
        var work = new DelegateCase(
            Name,
            () => data.Device.RowCombine(
                data.Rows.Buffers, Factors(squared, bound, data.Weights, factors), target.Buffer, default(WeightedSum)),
            check.Spoil,
            check.Check)
        { OnFinish = data.Device.Synchronize };
        return new BenchCase(
            new CaseDescription(Name, "clip and weighted sum of 16 in one pass, norms known")
            {
                Elements = data.Length,
                BytesPerElement = 68,
                Limit = [new LimitPart(Traffic.Rows, 68)],
                Bars = [new Bar("share_of_limit", 0.8)],
            },
            work,
            []);
    }

    private static float[] Factors(double[] squared, double bound, float[] weights, float[] factors)
    {
        for (int r = 0; r < factors.Length; r++)
        {
            factors[r] = new ClipAndScale(squared[r], bound, weights[r]).Factor;
        }

        return factors;
    }
}
