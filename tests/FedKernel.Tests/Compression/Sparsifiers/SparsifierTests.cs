// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Sparsifiers;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Random;
using FedKernel.Tests.Contracts;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.Sparsifiers;

/// <summary>The contract of sparsifiers over all of them, and what each one promises. A new one is one more line.</summary>
public sealed class SparsifierTests(TestDevices devices) : IClassFixture<TestDevices>
{
    private static readonly string[] _names =
    [
        "topk:0.01", "topk:0.5", "topk:7", "topklayer:0.02", "threshold:0.75", "threshold:1E-40", "sampled:0.05", "random:0.03",
        "random:11,unscaled", "sharedrandom:0.02", "sharedrandom:0.9", "sharedrandom:0.4,unscaled", "blocktopk:0.1,16", "blocktopk:0.3,64",
    ];

    // Odd tensors: of one element, of fewer than a block, of no multiple of anything.
    private static readonly ParameterLayout _layout = new([("weight", [61, 53]), ("bias", [53]), ("scale", []), ("head", [7, 101])]);

    public static TheoryData<string> Names => [.. _names];

    public static TheoryData<string, string> NamesAndDevices
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (DeviceCandidate device in TestDevices.Usable)
            {
                foreach (string name in _names)
                {
                    data.Add(name, TestDevices.Name(device));
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndDevices))]
    public void Select_EveryDevice_KeepsWhatTheScalarLoopKeeps(string name, string deviceName)
    {
        Sparsifier sparsifier = Parse(name);
        float[] x = Values((int)_layout.Length, 3);
        using var scalar = new CpuDevice(SimdWidth.Scalar, 1);
        (uint[] indices, float[] values) = Run(scalar, sparsifier, x, Context(_layout, 5));
        (uint[] foundIndices, float[] foundValues) = Run(devices.Open(deviceName), sparsifier, x, Context(_layout, 5));
        Assert.Equal(indices, foundIndices);
        Assert.Equal(values, foundValues);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Select_AnyVector_KeepsTheContract(string name)
    {
        Sparsifier sparsifier = Parse(name);
        Assert.Equal(name, sparsifier.Name);
        using var device = new CpuDevice(threadCount: 1);
        for (int seed = 0; seed < 8; seed++)
        {
            float[] x = Values((int)_layout.Length, seed);
            EncodingContext context = Context(_layout, seed);
            (uint[] indices, float[] values) = Run(device, sparsifier, x, context);
            Assert.True(indices.Length <= sparsifier.MaximumCount(_layout));
            Assert.All(indices.Zip(indices.Skip(1)), p => Assert.True(p.First < p.Second));
            Assert.All(indices, i => Assert.True(i < x.Length));
            float factor = sparsifier.Describe(x.Length).IsUnbiased ? (float)((double)x.Length / indices.Length) : 1;
            Assert.Equal(Array.ConvertAll(indices, i => x[i] * factor), values);
            Assert.Equal(Run(device, sparsifier, x, context).Indices, indices);
            if (sparsifier.SharesIndices)
            {
                Assert.Equal(sparsifier.SharedIndices(_layout, context.Seed), indices);
                Assert.Equal(sparsifier.MaximumCount(_layout), indices.Length);
            }
            else
            {
                Assert.Throws<NotSupportedException>(() => sparsifier.SharedIndices(_layout, context.Seed));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Select_AnyVector_ErrsNoMoreThanPromised(string name)
    {
        // A random choice on average over seeds, with a tenth for chance; the others each time.
        Sparsifier sparsifier = Parse(name);
        using var device = new CpuDevice(threadCount: 1);
        float[] x = Values((int)_layout.Length, 1);
        bool isRandom = sparsifier.Kind is SparsifierKind.RandomK or SparsifierKind.SharedRandomK;
        double squared = x.Sum(v => (double)v * v), error = 0;
        int runs = isRandom ? 400 : 4;
        var sum = new double[x.Length];
        for (int run = 0; run < runs; run++)
        {
            (uint[] indices, float[] values) = Run(device, sparsifier, x, Context(_layout, run));
            var decoded = new double[x.Length];
            for (int i = 0; i < indices.Length; i++)
            {
                decoded[indices[i]] = values[i];
            }

            double once = x.Zip(decoded).Sum(p => (p.First - p.Second) * (p.First - p.Second));
            Assert.True(isRandom || once <= sparsifier.Describe(x.Length).VarianceBound * squared * (1 + 1e-9));
            error += once / runs;
        }

        Assert.True(error <= sparsifier.Describe(x.Length).VarianceBound * squared * 1.1, $"{error / squared}");
        Assert.True(!isRandom || error >= sparsifier.Describe(x.Length).VarianceBound * squared * 0.9, $"{error / squared}");
    }

    [Fact]
    public void RandomK_ScaledBeyondFloat32_IsRefusedAsThat()
    {
        using var device = new CpuDevice(threadCount: 1);
        using DeviceBuffer<float> source = device.Upload<float>([.. Enumerable.Repeat(1e38f, (int)_layout.Length)]);
        var e = Assert.Throws<ProtocolException>(() => Parse("random:0.1").Select(source, Context(_layout, 1)));
        Assert.Contains("times d/k = ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Select_ValueThatIsNotFinite_IsNamed(string name)
    {
        using var device = new CpuDevice(threadCount: 1);
        foreach (float wrong in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            float[] x = Values((int)_layout.Length, 1);
            (x[1234], x[3000]) = (wrong, float.NaN);
            using DeviceBuffer<float> source = device.Upload<float>(x);
            var e = Assert.Throws<ProtocolException>(() => Parse(name).Select(source, Context(_layout, 1)));
            Assert.Contains("Value 1234 ", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Select_ZerosAndOneElement_AreKeptWithoutFault(string name)
    {
        using var device = new CpuDevice(threadCount: 1);
        var sparsifier = Parse(name);
        (uint[] indices, float[] values) = Run(device, sparsifier, new float[_layout.Length], Context(_layout, 1));
        Assert.True(indices.Length <= sparsifier.MaximumCount(_layout));
        Assert.All(values, v => Assert.Equal(0f, v));
        ParameterLayout one = ParameterLayout.Flat(1);
        if (name is "topk:7" or "random:11,unscaled")
        {
            var e = Assert.Throws<ArgumentOutOfRangeException>(() => Run(device, sparsifier, [3f], Context(one, 1)));
            Assert.Contains("[1, 1]", e.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(() => sparsifier.Describe(1));
            return;
        }

        Assert.Equal([3f], Run(device, sparsifier, [3f], Context(one, 1)).Values);
    }

    [Fact]
    public void TopK_HalfOfFour_IsThatOfThePeer()
    {
        // google-research/federated, compressed_communication: top-k 50 % of [1, 2, 3, 4] is [0, 0, 3, 4].
        using var device = new CpuDevice(threadCount: 1);
        (uint[] indices, float[] values) = Run(device, Parse("topk:0.5"), [1, 2, 3, 4], Context(ParameterLayout.Flat(4), 1));
        Assert.Equal([2u, 3u], indices);
        Assert.Equal([3f, 4f], values);
    }

    [Fact]
    public void TopK_Ties_KeepTheLowestIndices()
    {
        using var device = new CpuDevice(threadCount: 1);
        (uint[] indices, _) = Run(device, Parse("topk:3"), [1, -2, 2, 1, -1, 2, 2], Context(ParameterLayout.Flat(7), 1));
        Assert.Equal([1u, 2u, 5u], indices);
    }

    [Fact]
    public void TopKPerTensor_TensorsOfDifferentScale_AllKeepTheirShare()
    {
        ParameterLayout layout = new([("large", [100]), ("small", [50]), ("one", [])]);
        float[] x = [.. Enumerable.Range(0, 151).Select(i => i < 100 ? 1000f + i : i < 150 ? 1e-3f * i : -1e-9f)];
        using var device = new CpuDevice(threadCount: 1);
        (uint[] indices, _) = Run(device, Parse("topklayer:0.04"), x, Context(layout, 1));
        Assert.Equal([96u, 97u, 98u, 99u, 148u, 149u, 150u], indices);
    }

    [Fact]
    public void BlockTopK_HugeValuesAndAShortBlock_AreRankedByNorm()
    {
        // Squares of these are beyond float32; the short block of one value is the largest.
        float[] x = [1e30f, 1e30f, 0, 3e30f, 2e30f, 2e30f, 1e38f];
        using var device = new CpuDevice(threadCount: 1);
        (uint[] indices, _) = Run(device, Parse("blocktopk:0.5,2"), x, Context(ParameterLayout.Flat(7), 1));
        Assert.Equal([2u, 3u, 6u], indices);
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(9, 4)]
    [InlineData(9, 7)]
    [InlineData(9, 9)]
    [InlineData(70, 35)]
    public void RandomIndices_EveryPair_IsAsLikelyAsEveryOther(int length, int count)
    {
        // Pairs of a uniform set without replacement: k(k − 1) / (d(d − 1)) each; and what is single, k/d.
        const int Draws = 20_000;
        var pairs = new int[length, length];
        for (uint draw = 0; draw < Draws; draw++)
        {
            uint[] set = RandomIndices.Draw(SharedSeed.Of(new SimulationSeed(7), draw), length, count);
            Assert.Equal(count, set.Distinct().Count());
            foreach (uint a in set)
            {
                foreach (uint b in set)
                {
                    pairs[a, b]++;
                }
            }
        }

        double one = (double)count / length, two = one * (count - 1) / Math.Max(1, length - 1);
        for (int a = 0; a < length; a++)
        {
            for (int b = a; b < length; b++)
            {
                double p = a == b ? one : two;
                Assert.InRange(pairs[a, b], (Draws * p) - (6 * Math.Sqrt(Draws * p * (1 - p))) - 1e-6, (Draws * p) + (6 * Math.Sqrt(Draws * p * (1 - p))) + 1e-6);
            }
        }
    }

    [Fact]
    public void RandomIndices_OfASeed_AreForEverTheSame()
    {
        // Part of the format: frames of sharedrandom must decode for ever. The sets are those of a plain program in another language.
        uint[] few = RandomIndices.Draw(new SharedSeed([.. Enumerable.Range(0, 32).Select(i => (byte)i)]), 1000, 8);
        uint[] many = RandomIndices.Draw(new SharedSeed([.. Enumerable.Range(0, 32).Select(i => (byte)i)]), 12, 9);
        Assert.Equal("93 141 145 433 492 530 543 781", string.Join(' ', few));
        Assert.Equal("0 2 3 4 6 7 9 10 11", string.Join(' ', many));
    }

    [Fact]
    public void SampledThreshold_NormalValues_KeepsAboutTheShare()
    {
        var random = new SimulationRandom(new SimulationSeed(4));
        float[] x = [.. Enumerable.Range(0, 200_000).Select(_ => (float)random.NextNormal())];
        using var device = new CpuDevice(threadCount: 1);
        int[] counts = [.. Enumerable.Range(0, 20).Select(s => Run(device, Parse("sampled:0.01"), x, Context(ParameterLayout.Flat(x.Length), s)).Indices.Length)];
        Assert.All(counts, c => Assert.InRange(c, 2000 * 0.7, 2000 * 1.4));
        Assert.True(counts.Distinct().Count() > 5, "the sample does not depend on the seed");
    }

    [Theory]
    [InlineData("topk:0")]
    [InlineData("topk:1.5")]
    [InlineData("topk:-1")]
    [InlineData("topk:NaN")]
    [InlineData("topk")]
    [InlineData("topk:0.1,2")]
    [InlineData("topklayer:3")]
    [InlineData("topklayer:1")]
    [InlineData("threshold:0")]
    [InlineData("threshold:1e39")]
    [InlineData("random:0.1,scaled")]
    [InlineData("blocktopk:0.1")]
    [InlineData("blocktopk:0.1,1")]
    [InlineData("blocktopk:0.1,65537")]
    public void Parse_WhatMakesNoSense_IsRefusedByName(string text)
    {
        var e = Assert.Throws<ArgumentException>(() => CompressionPipeline.Parse(text));
        Assert.Contains(text, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.07, 100, 7)]
    [InlineData(0.01, 250, 3)]
    [InlineData(0.001, 1, 1)]
    [InlineData(0.999999, 10, 10)]
    [InlineData(0.1, 4_294_967_295, 429_496_730)]
    public void KeptShare_OfALength_IsRoundedUpInDecimal(double share, long length, long expected) =>
        Assert.Equal(expected, KeptShare.Of(share).CountOf(length));

    private static Sparsifier Parse(string name) => CompressionPipeline.Parse(name).Sparsifier!;

    private static EncodingContext Context(ParameterLayout layout, int seed) =>
        new(layout, (uint)seed, SharedSeed.Of(new SimulationSeed(11), (uint)seed), null);

    private static (uint[] Indices, float[] Values) Run(Device device, Sparsifier sparsifier, float[] x, EncodingContext context)
    {
        using DeviceBuffer<float> source = device.Upload<float>(x);
        using SparseVector kept = sparsifier.Select(source, context);
        Assert.Equal(x.Length, kept.Length);
        Assert.Equal(x, source.ToArray());
        return (kept.Indices.ToArray(), kept.Values.ToArray());
    }

    /// <summary>About normal, with zeros, equals and denormals among them.</summary>
    private static float[] Values(int length, int seed)
    {
        var random = new SimulationRandom(new SimulationSeed((ulong)seed + 100));
        return [.. Enumerable.Range(0, length).Select(i => (i % 13) switch
        {
            3 => 0f,
            4 => 1f,
            5 => -1f,
            6 => 1e-40f,
            _ => (float)random.NextNormal(),
        })];
    }
}
