// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Pipelines;
using FedKernel.Compression.Sparsifiers;
using FedKernel.Devices;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.Sparsifiers;

/// <summary>One vector through a sparsifier.</summary>
internal static class Sparsified
{
    public static Sparsifier Parse(string name) => CompressionPipeline.Parse(name).Sparsifier!;

    public static EncodingContext Context(ParameterLayout layout, int seed) =>
        new(layout, (uint)seed, SharedSeed.Of(new SimulationSeed(11), (uint)seed), null);

    public static (uint[] Indices, float[] Values) Run(Device device, Sparsifier sparsifier, float[] x, EncodingContext context)
    {
        using DeviceBuffer<float> source = device.Upload<float>(x);
        using SparseVector kept = sparsifier.Select(source, context);
        Assert.Equal(x.Length, kept.Length);
        Assert.Equal(x, source.ToArray());
        return (kept.Indices.ToArray(), kept.Values.ToArray());
    }

    /// <summary>About normal, with zeros, equals and denormals among them.</summary>
    public static float[] Values(int length, int seed)
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
