// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Sparsifiers;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;
using static FedKernel.Tests.Compression.Sparsifiers.Sparsified;

namespace FedKernel.Tests.Compression.Sparsifiers;

/// <summary>What each sparsifier keeps, by example, and what its text may say.</summary>
public sealed class SparsifierAnswersTests
{
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
    public void Threshold_ValueAtIt_IsKept()
    {
        using var device = new CpuDevice(threadCount: 1);
        (uint[] indices, _) = Run(device, Parse("threshold:0.5"), [0.5f, MathF.BitDecrement(0.5f), -0.5f, 0], Context(ParameterLayout.Flat(4), 1));
        Assert.Equal([0u, 2u], indices);
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

    [Fact]
    public void RandomK_ScaledBeyondFloat32_IsRefusedAsThat()
    {
        ParameterLayout layout = ParameterLayout.Flat(4053);
        using var device = new CpuDevice(threadCount: 1);
        using DeviceBuffer<float> source = device.Upload<float>([.. Enumerable.Repeat(1e38f, (int)layout.Length)]);
        var e = Assert.Throws<ProtocolException>(() => Parse("random:0.1").Select(source, Context(layout, 1)));
        Assert.Contains("times d/k = ", e.Message, StringComparison.Ordinal);
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
}
