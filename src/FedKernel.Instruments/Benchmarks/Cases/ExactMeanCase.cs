// SPDX-License-Identifier: Apache-2.0
using FedKernel.Aggregation;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>The exact weighted mean of 16 updates, admission and resolution counted in, against the float one.</summary>
/// <remarks>
/// The least traffic: 64 B of updates, 16 B of sums in and out, 8 B of sums and 4 B of mean when it is resolved. The same updates
/// are folded in again by each sample, which leaves the mean as it is.
/// </remarks>
internal static class ExactMeanCase
{
    public const string Name = "exact_mean_16";

    public static BenchCase Create(BenchData data)
    {
        DeviceRows<float> target = data.CreateTarget<float>();
        ExactMean mean = data.Own(new ExactMean(data.Device, data.Length, new FixedPointRange(1, 16, 1 << 22)));
        double[] weights = [.. Enumerable.Range(1, BenchCases.Rows).Select(r => (double)r)];
        VectorCheck<float> check = WeightedSumCase.SumCheck(data, target, r => data.Weights[r]);
        string? refusal = null;
        var work = new DelegateCase(
            Name,
            () =>
            {
                foreach (FoldOutcome outcome in mean.FoldMany(data.Rows.Buffers, weights))
                {
                    refusal = outcome.Reason ?? refusal;
                }

                mean.Resolve(target.Buffer);
            },
            check.Spoil,
            () => refusal ?? check.Check())
        { OnFinish = data.Device.Synchronize };
        return new BenchCase(
            new CaseDescription(Name, "exact weighted mean of 16")
            {
                Elements = data.Length,
                BytesPerElement = 92,
                Limit = [new LimitPart(Traffic.Rows, 64), new LimitPart(Traffic.InPlace, 16), new LimitPart(Traffic.Rows, 12)],
                RelativeTo = WeightedSumCase.Name,
                Bars = [new Bar($"time_over.{WeightedSumCase.Name}", 1.5, HigherIsBetter: false)],
            },
            work,
            []);
    }
}
