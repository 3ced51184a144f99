// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.LowRank;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Compression.LowRank;

public sealed class OrthonormalTests
{
    [Fact]
    public void Make_RandomVectors_AreOrthonormal()
    {
        var random = new SimulationRandom(new SimulationSeed(3));
        float[] vectors = [.. Enumerable.Range(0, 64 * 100).Select(_ => (float)random.NextNormal())];
        Orthonormal.Make(vectors, 64);
        for (int i = 0; i < 64; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                Assert.Equal(i == j ? 1 : 0, Dot(vectors, i, j, 100), 2e-7);
            }
        }
    }

    /// <summary>The case that one pass of Gram–Schmidt fails: vectors 1e-4 apart (Läuchli).</summary>
    [Fact]
    public void Make_NearlyParallelVectors_AreOrthonormal()
    {
        float[] vectors = [1, 1e-4f, 0, 0, 1, 0, 1e-4f, 0, 1, 0, 0, 1e-4f];
        Orthonormal.Make(vectors, 3);
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                Assert.Equal(i == j ? 1 : 0, Dot(vectors, i, j, 4), 2e-7);
            }
        }
    }

    [Fact]
    public void Make_ZeroAndDependentVectors_BecomeZero()
    {
        float[] vectors = [0, 0, 0, 3, 4, 0, 6, 8, 0, 0, 0, 1e-30f];
        Orthonormal.Make(vectors, 4);
        Assert.Equal([0, 0, 0, 0.6f, 0.8f, 0, 0, 0, 0, 0, 0, 1], vectors);
    }

    [Theory]
    [InlineData(float.MaxValue)]
    [InlineData(float.Epsilon)]
    public void Make_ExtremeLengths_AreUnitVectors(float length)
    {
        float[] vectors = [length, 0, 0, length];
        Orthonormal.Make(vectors, 2);
        Assert.Equal([1, 0, 0, 1], vectors);
    }

    private static double Dot(float[] vectors, int i, int j, int length) =>
        Enumerable.Range(0, length).Sum(c => (double)vectors[(i * length) + c] * vectors[(j * length) + c]);
}
