// SPDX-License-Identifier: Apache-2.0
using System.Numerics.Tensors;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>‖x‖₂² in float64: reads 4 B an element. Its error is reported against the exact value.</summary>
internal static unsafe class SquaredNormCase
{
    public const string Name = "squared_l2_norm";

    public static BenchCase Create(BenchData data)
    {
        double exact = Exact(data), found = 0, byTensors = 0;
        var work = new DelegateCase(
            Name, () => found = data.Device.Reduce(data.Rows.Buffer, default(SquaredL2Norm)), () => found = double.NaN,
            () => Check(found, exact, 1e-12));
        var peers = new List<(string, TimedCase)>();
        if (data.HasPeers)
        {
            peers.Add(("naive", CLoop(data, exact, LimitLoop.SquaredNormNaive, "naive")));
            peers.Add(("c", CLoop(data, exact, LimitLoop.SquaredNormColumns, "c")));
            peers.Add(("tensor_primitives", new DelegateCase(
                $"{Name}~tensor_primitives", () => byTensors = TensorPrimitives.SumOfSquares(data.Rows.Span(0)),
                () => byTensors = double.NaN, () => Check(byTensors, exact, 0.1))));
        }

        double atMost = 1e-15 * Math.Sqrt(data.Length);
        return new BenchCase(
            new CaseDescription(Name, "squared L2 norm")
            {
                Elements = data.Length,
                BytesPerElement = 4,
                Limit = [new LimitPart(Traffic.Read, 4)],
                Peers = [.. peers.Select(p => p.Item1)],
                Bars = [new Bar("share_of_limit", 0.9)],
            },
            work,
            peers)
        {
            Findings = () =>
            [
                new Finding("relative_error", Math.Abs((found / exact) - 1), "1", atMost),
                .. data.HasPeers
                    ? (Finding[])[new Finding("relative_error.tensor_primitives", Math.Abs((byTensors / exact) - 1), "1")]
                    : [],
            ],
        };
    }

    /// <summary>‖x‖₂² of row 0, in integers: the values are multiples of 2⁻²³.</summary>
    public static double Exact(BenchData data)
    {
        ReadOnlySpan<float> tile = data.Tile(0);
        Int128 whole = 0, rest = 0;
        for (int i = 0; i < tile.Length; i++)
        {
            var k = (long)((double)tile[i] * (1 << 23));
            whole += k * k;
            rest += i < data.Length % tile.Length ? k * k : 0;
        }

        return Math.ScaleB((double)((whole * (data.Length / tile.Length)) + rest), -46);
    }

    private static string? Check(double found, double exact, double tolerance) =>
        Math.Abs(found - exact) <= tolerance * exact ? null : $"wrong result: {found}, exactly {exact}";

    private static LimitCase CLoop(BenchData data, double exact, LimitLoop loop, string name)
    {
        LimitCase? limit = null;
        limit = data.Own(new LimitCase(
            $"{Name}~{name}", data.Library!, loop, all: true, 4, data.Length, null, [], (nint)data.Rows.Memory!.Row(0))
        { OnCheck = () => Check(limit!.Found, exact, 1e-9) });
        return limit;
    }
}
