// SPDX-License-Identifier: Apache-2.0
using System.Numerics.Tensors;
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>x ← x · min(1, C / ‖x‖₂) in place: 8 B an element where the norm is known, 12 B with its pass.</summary>
internal static unsafe class ClipCase
{
    public const string KnownName = "clip_scale";
    public const string WithNormName = "norm_clip_scale";

    public static BenchCase Create(BenchData data, bool withNorm)
    {
        string name = withNorm ? WithNormName : KnownName;
        DeviceRows<float> x = data.CreateTarget<float>();
        (float factor, double bound) = FactorAndBound(data);
        var known = new ClipAndScale(4 * bound * bound, bound);
        DeviceBuffer<float> buffer = x.Buffer;
        Action invoke = withNorm
            ? () => data.Device.Map(buffer, buffer, new ClipAndScale(data.Device.Reduce(buffer, default(SquaredL2Norm)), bound))
            : () => data.Device.Map(buffer, buffer, known);
        VectorCheck<float> Within(double tolerance) => new(
            buffer, data.Period, float.NaN, (v, i, _) => Math.Abs(v - (factor * data.Tile(0)[i])) <= tolerance);
        VectorCheck<float> check = Within(1e-6);

        // In place: each sample starts from the vector as it was, or it would shrink to denormals.
        void Restore() => x.Fill(0, data.Tile(0));
        var work = new DelegateCase(name, invoke, Restore, check.Check) { OnFinish = data.Device.Synchronize, Repeatable = false };
        var peers = new List<(string, TimedCase)>();
        if (data.HasPeers && !withNorm)
        {
            peers.Add(("c", data.Own(new LimitCase(
                $"{name}~c", data.Library!, LimitLoop.ScaleInPlace, all: true, 8, data.Length, x.Memory!.Row(0), [])
            { OnPrepare = Restore, OnCheck = check.Check, Factor = factor })));
        }

        if (data.HasPeers)
        {
            peers.Add(("tensor_primitives", new DelegateCase(
                $"{name}~tensor_primitives", () => ByTensorPrimitives(x.Span(0), withNorm ? null : factor, (float)bound),
                Restore, Within(withNorm ? 1e-3 : 1e-6).Check) // its norm in float32 is off by some 10⁻⁴
            { Repeatable = false }));
        }

        return new BenchCase(
            new CaseDescription(name, withNorm ? "norm, then clip and scale in place" : "clip and scale in place, norm known")
            {
                Elements = data.Length,
                BytesPerElement = withNorm ? 12 : 8,
                Limit = withNorm
                    ? [new LimitPart(Traffic.Read, 4), new LimitPart(Traffic.InPlace, 8)]
                    : [new LimitPart(Traffic.InPlace, 8)],
                Peers = [.. peers.Select(p => p.Item1)],
                Bars = [new Bar("share_of_limit", 0.9)],
            },
            work,
            peers);
    }

    /// <summary>What the vector is multiplied with, and the bound: half of its norm.</summary>
    public static (float Factor, double Bound) FactorAndBound(BenchData data)
    {
        double squared = data.Device.Reduce(data.Rows.Buffer, default(SquaredL2Norm));
        return (new ClipAndScale(squared, Math.Sqrt(squared) / 2).Factor, Math.Sqrt(squared) / 2);
    }

    private static void ByTensorPrimitives(Span<float> x, float? factor, float bound) =>
        TensorPrimitives.Multiply(x, factor ?? Math.Min(1, bound / TensorPrimitives.Norm<float>(x)), x);
}
