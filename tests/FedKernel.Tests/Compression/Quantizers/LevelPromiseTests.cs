// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Quantizers;
using Xunit;

namespace FedKernel.Tests.Compression.Quantizers;

/// <summary>What QSGD, TernGrad and signs promise of their errors.</summary>
public sealed class LevelPromiseTests : LevelTests
{
    public static TheoryData<string> UnbiasedNames => ["qsgd:1,32", "qsgd:3,32", "qsgd:7,64", "qsgd:127,32", "terngrad:32", "terngrad"];

    /// <summary>10⁵ encodings of one block, each with bits of its own: the mean is the value within five standard errors.</summary>
    [Theory]
    [MemberData(nameof(UnbiasedNames))]
    public void Encode_ManyTimes_HasTheValueAsItsMean(string name)
    {
        const int Encodings = 100_000, Block = 32;
        Quantizer quantizer = Parse(name);
        float[] block = Normal(Block, 5);
        if (quantizer.WindowUnit is > Block and < 4096)
        {
            block = [.. block, .. Normal((int)quantizer.WindowUnit - Block, 6)];
        }

        int repeats = Encodings * Block / block.Length;
        float[] decoded = RoundTrip(quantizer, [.. Enumerable.Range(0, repeats).SelectMany(_ => block)], 3);
        double scale = decoded.Where(v => v != 0).Min(Math.Abs);
        for (int j = 0; j < block.Length; j++)
        {
            double sum = 0, squares = 0;
            for (int r = 0; r < repeats; r++)
            {
                double v = decoded[(r * block.Length) + j];
                sum += v;
                squares += v * v;
            }

            double mean = sum / repeats, deviation = Math.Sqrt(Math.Max(0, (squares / repeats) - (mean * mean)) / repeats);
            Assert.InRange(mean - block[j], -(5 * deviation) - (scale * Math.ScaleB(1, -15)), (5 * deviation) + (scale * Math.ScaleB(1, -15)));
        }
    }

    /// <summary>The mean squared error of many encodings keeps the bound, also where it is reached.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Encode_AnyVector_KeepsItsVarianceBound(string name)
    {
        Quantizer quantizer = Parse(name);
        int block = (int)quantizer.WindowUnit;
        double t = 1 / (1 + Math.Sqrt(block));
        float[][] vectors =
        [
            Normal(block, 1), [.. Enumerable.Repeat(1f, block)], [.. Enumerable.Range(0, block).Select(i => i == 0 ? 1f : (float)t)],
            [.. Enumerable.Range(0, block).Select(i => i == 3 ? -2f : 0)], Normal(block / 2, 2),
        ];
        foreach (float[] x in vectors)
        {
            int repeats = 400_000 / block;
            double error = 0, norm = x.Sum(v => (double)v * v);
            if (!name.Contains(':', StringComparison.Ordinal) || x.Length < block)
            {
                repeats = 40;
                for (uint r = 0; r < repeats; r++)
                {
                    error += RoundTrip(quantizer, x, r).Zip(x, (a, c) => ((double)a - c) * ((double)a - c)).Sum();
                }
            }
            else
            {
                float[] all = [.. Enumerable.Range(0, repeats).SelectMany(_ => x)];
                error = RoundTrip(quantizer, all, 9).Zip(all, (a, c) => ((double)a - c) * ((double)a - c)).Sum();
            }

            // A twentieth for chance.
            Assert.InRange(error / repeats / norm, 0, (1.05 * quantizer.Describe(x.Length).VarianceBound) + 1e-6);
        }
    }

    [Theory]
    [InlineData("qsgd:7,128", 1.6162440712835545)]
    [InlineData("qsgd:127,128", 0.007936)]
    public void Describe_TableOfBounds_Agrees(string name, double bound)
    {
        // min(128/49, √128/7) and min(128/127², √128/127).
        StageTraits traits = Parse(name).Describe(1_000_000);
        Assert.Equal(bound, traits.VarianceBound, 1e-6);
        Assert.True(traits.IsUnbiased);
        Assert.False(traits.SumsCommute);
    }
}
