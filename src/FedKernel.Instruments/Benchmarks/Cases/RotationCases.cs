// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using FedKernel.Compression;
using FedKernel.Compression.Quantizers;
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;
using FedKernel.Random;
using FedKernel.Updates;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>The randomized Hadamard rotation of 2²⁴ elements beside their copy.</summary>
internal static class RotationCases
{
    public const string CopyName = "copy_2_24";
    public const string Name = "rotation_2_24";

    private const int MostStages = 24;

    public static BenchCase CreateCopy(BenchData data)
    {
        int m = Stages(data);
        DeviceBuffer<float> target = data.CreateTarget<float>().Buffer, source = data.Rows.Buffer.Slice(0, 1L << m);
        DeviceBuffer<float> destination = target.Slice(0, 1L << m);
        var check = new VectorCheck<float>(target, data.Period, float.NaN, (v, i, at) => at >= 1L << m || v == data.Tile(0)[i]);
        var work = new DelegateCase(CopyName, () => data.Device.Map(source, destination, default(Copy)), check.Spoil, check.Check)
        { OnFinish = data.Device.Synchronize };
        return new BenchCase(
            new CaseDescription(CopyName, $"copy of 2^{m} elements")
            { Elements = 1L << m, BytesPerElement = 8, Limit = [new LimitPart(Traffic.Copy, 8)] },
            work,
            []);
    }

    public static BenchCase Create(BenchData data)
    {
        int m = Stages(data);
        DeviceRows<float> x = data.CreateTarget<float>();
        DeviceBuffer<float> values = x.Buffer.Slice(0, 1L << m);
        DeviceBuffer<uint> signs = data.Own(data.Device.Allocate<uint>(Device.SignWords(values.Length)));
        data.Device.DrawSigns(signs, new ChaCha20Stream([1, 2, 3, 4, 5, 6, 7, 8], new StreamId(1, StreamPurpose.Rotation)));
        x.Fill(0, data.Tile(0));
        double before = data.Device.Reduce(values, default(SquaredL2Norm));
        float factor = Device.OrthonormalFactor(m);
        var work = new DelegateCase(
            Name, () => data.Device.Rotate(values, m, factor, signs), () => x.Fill(0, data.Tile(0)), () => Check(data, values, before))
        { OnFinish = data.Device.Synchronize };
        return new BenchCase(
            new CaseDescription(Name, $"random signs and Walsh-Hadamard transform of 2^{m} elements, in place")
            {
                Elements = 1L << m,
                BytesPerElement = 8,
                Limit = [new LimitPart(Traffic.InPlace, 8)],
                RelativeTo = CopyName,
                Bars = m == MostStages && data.Width is not null ? [new Bar($"time_over.{CopyName}", 4, HigherIsBetter: false)] : [],
                Note = "goes through memory more than once: no cache holds it",
            },
            work,
            []);
    }

    /// <summary>EDEN's codes of a vector that is longer than the caches.</summary>
    public static BenchCase CreateEden(BenchData data, int bits)
    {
        var quantizer = new EdenQuantizer(bits);
        DeviceBuffer<float> source = data.Rows.Buffer;
        EncodedValues encoded = data.Own(quantizer.Allocate(data.Device, source.Length));
        var context = new EncodingContext(new ParameterLayout([("all", [source.Length])]), 1, SharedSeed.Of(new SimulationSeed(9), 1), null);
        string name = EdenName(bits);
        float[] none = new float[encoded.Scales.Length];
        var work = new DelegateCase(
            name, () => quantizer.Encode(source, encoded, context), () => encoded.Scales.CopyFrom(none),
            () => encoded.Scales.ToArray().All(s => s > 0 && float.IsFinite(s)) ? null : "wrong result: a block has no scale")
        { OnFinish = data.Device.Synchronize };
        return new BenchCase(
            new CaseDescription(name, $"EDEN of {bits} bit, encode")
            {
                Elements = source.Length,
                BytesPerElement = 4 + (bits / 8.0),
                Limit = [new LimitPart(Traffic.Read, 4), new LimitPart(Traffic.Write, bits / 8.0)],
                Note = "two rotations of blocks of 2^16 in the second cache",
            },
            work,
            []);
    }

    /// <summary>Stable name.</summary>
    public static string EdenName(int bits) => $"eden_{bits}_encode";

    private static int Stages(BenchData data) => Math.Min(MostStages, BitOperations.Log2((ulong)data.Length));

    private static string? Check(BenchData data, DeviceBuffer<float> values, double before)
    {
        double after = data.Device.Reduce(values, default(SquaredL2Norm));
        var first = new float[16];
        values.Slice(0, first.Length).CopyTo(first);
        if (data.Tile(0).StartsWith(first))
        {
            return "wrong result: the values are as they were";
        }

        return Math.Abs(after - before) <= 1e-5 * before ? null : $"wrong result: the squared norm went from {before} to {after}";
    }
}
