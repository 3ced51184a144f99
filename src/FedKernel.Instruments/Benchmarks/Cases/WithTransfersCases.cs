// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>
/// Kernels of a device with memory of its own, the way to it and back counted in: operands start in ordinary memory of the host
/// and results end there. Their GB/s count the bytes of the kernel, as without transfers, so that the two can be compared.
/// </summary>
internal static class WithTransfersCases
{
    private const string Suffix = "_with_transfers";

    // Sixteen rows of it are past every last cache, and small beside the rows of the other cases.
    private const long MostElements = 4 << 20;

    public static IEnumerable<BenchCase> Create(BenchData data)
    {
        int length = (int)Math.Min(data.Length, MostElements);
        float[][] host = [.. Enumerable.Range(0, BenchCases.Rows).Select(r => Repeat(data.Tile(r), length))];
        var result = new float[length];
        DeviceBuffer<float>[] rows = [.. host.Select(_ => data.Own(data.Device.Allocate<float>(length)))];
        DeviceBuffer<float> target = data.Own(data.Device.Allocate<float>(length));

        yield return Norm(data, host[0], rows[0]);
        yield return Clip(data, host[0], rows[0], result);
        yield return Sum(data, host, rows, target, result);
    }

    private static BenchCase Norm(BenchData data, float[] host, DeviceBuffer<float> row)
    {
        double exact = host.Sum(v => (double)v * v), found = double.NaN;
        return Case(SquaredNormCase.Name, "squared L2 norm, vector from the host", host.Length, 4, new DelegateCase(
            SquaredNormCase.Name + Suffix,
            () =>
            {
                row.CopyFrom(host);
                found = data.Device.Reduce(row, default(SquaredL2Norm));
            },
            () => found = double.NaN,
            () => Math.Abs(found - exact) <= 1e-9 * exact ? null : $"wrong result: {found} instead of {exact}"));
    }

    private static BenchCase Clip(BenchData data, float[] host, DeviceBuffer<float> row, float[] result)
    {
        double bound = Math.Sqrt(host.Sum(v => (double)v * v)) / 2;
        return Case(ClipCase.WithNormName, "norm, clip and scale, vector from the host and back", host.Length, 12, new DelegateCase(
            ClipCase.WithNormName + Suffix,
            () =>
            {
                row.CopyFrom(host);
                data.Device.Map(row, row, new ClipAndScale(data.Device.Reduce(row, default(SquaredL2Norm)), bound));
                row.CopyTo(result);
            },
            () => Array.Fill(result, float.NaN),
            () => Wrong(result, i => host[i] / 2.0, 1e-6)));
    }

    private static BenchCase Sum(
        BenchData data, float[][] host, DeviceBuffer<float>[] rows, DeviceBuffer<float> target, float[] result)
    {
        float[] weights = data.Weights;
        double[] expected = data.ExpectedSum(r => weights[r]);
        return Case(WeightedSumCase.Name, "weighted sum of 16, rows from the host and sum back", result.Length, 68, new DelegateCase(
            WeightedSumCase.Name + Suffix,
            () =>
            {
                for (int r = 0; r < rows.Length; r++)
                {
                    rows[r].CopyFrom(host[r]);
                }

                data.Device.RowCombine(rows, weights, target, default(WeightedSum));
                target.CopyTo(result);
            },
            () => Array.Fill(result, float.NaN),
            () => Wrong(result, i => expected[i % expected.Length], 1e-5)));
    }

    private static BenchCase Case(string kernel, string title, int length, double bytes, DelegateCase work) => new(
        new CaseDescription(kernel + Suffix, title) { Elements = length, BytesPerElement = bytes, Note = "transfers counted" },
        work,
        []);

    private static float[] Repeat(ReadOnlySpan<float> tile, int length)
    {
        var row = new float[length];
        for (int start = 0; start < length; start += tile.Length)
        {
            tile[..Math.Min(tile.Length, length - start)].CopyTo(row.AsSpan(start));
        }

        return row;
    }

    private static string? Wrong(float[] result, Func<int, double> expected, double tolerance)
    {
        for (int i = 0; i < result.Length; i++)
        {
            if (!(Math.Abs(result[i] - expected(i)) <= tolerance))
            {
                return $"wrong result: element {i} is {result[i]} instead of {expected(i)}";
            }
        }

        return null;
    }
}
