// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>Σ w[r]·x[r] over 16 rows in the type that they arrived in, without a conversion copy.</summary>
internal static class TypedRowsCase
{
    public static BenchCase CreateBFloat16(BenchData data, string name) =>
        Create(data, name, "bfloat16", v => (BFloat16)v, v => (float)v);

    public static BenchCase CreateHalf(BenchData data, string name) =>
        Create(data, name, "float16", v => (Half)v, v => (float)v);

    public static BenchCase CreateDouble(BenchData data, string name) =>
        Create(data, name, "float64", v => (double)v, v => (float)v);

    private static BenchCase Create<T>(
        BenchData data, string name, string type, Func<float, T> store, Func<T, float> load)
        where T : unmanaged
    {
        DeviceRows<T> rows = data.CreateRows(BenchCases.Rows, store);
        DeviceRows<float> target = data.CreateTarget<float>();
        float[] weights = data.Weights;
        var expected = new double[data.Period];
        for (int r = 0; r < BenchCases.Rows; r++)
        {
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] += (double)weights[r] * load(store(data.Tile(r)[i]));
            }
        }

        var check = new VectorCheck<float>(
            target.Buffer, data.Period, float.NaN, (v, i, _) => Math.Abs(v - expected[i]) <= 1e-5);
        int bytes = (BenchCases.Rows * Unsafe.SizeOf<T>()) + 4;
        return new BenchCase(
            new CaseDescription(name, $"weighted sum of 16, {type}")
            {
                Elements = data.Length,
                BytesPerElement = bytes,
                Limit = [new LimitPart(Traffic.Rows, bytes)],
                Bars = [new Bar("share_of_limit", 0.85)],
            },
            new DelegateCase(
                name, () => data.Device.RowCombine(rows.Buffers, weights, target.Buffer, default(WeightedSum)), check.Spoil, check.Check)
            { OnFinish = data.Device.Synchronize },
            []);
    }
}
