// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using FedKernel.Random;
using FedKernel.Random.Discrete;
using FedKernel.Tests.Statistics;
using Xunit;

namespace FedKernel.Tests.Random.Discrete;

/// <summary>The key is fixed, so a run cannot flake; for a fresh key a right sampler fails with the chance that is stated.</summary>
public sealed class SkellamTableTests
{
    private readonly SecretKey256 _key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    /// <summary>2¹²⁸·P(X ≤ k), from mpmath 1.3 with 45 digits (a sum of terms; for 2²⁰ the incomplete gamma function).</summary>
    [Theory]
    [InlineData(1, 0, "125182886983370532117250726298150828301")]
    [InlineData(1, 1, "250365773966741064234501452596301656603")]
    [InlineData(1000.5, 1000, "170856567323112864226596489825084987396")]
    [InlineData(1048576, 1048576, "170229564324334592058902354136639689735")]
    public void Poisson_Thresholds_AreGoodTo110Bits(double mean, long k, string threshold)
    {
        var table = new PoissonTable(mean);
        var exact = UInt128.Parse(threshold, System.Globalization.CultureInfo.InvariantCulture);
        UInt128 slack = UInt128.One << 18;
        Assert.Equal(k, table.Draw(Bytes(exact - slack)));
        Assert.Equal(k + 1, table.Draw(Bytes(exact + slack)));
    }

    [Fact]
    public void Poisson_EndsOfTheRange_AreTheEndsOfTheSupport()
    {
        var table = new PoissonTable(3);
        Assert.Equal(0, table.Draw(Bytes(0)));
        Assert.InRange(table.Draw(Bytes(UInt128.MaxValue)), 40, 80);
    }

    /// <summary>χ² against e^−μ·I_k(μ) by Miller's recurrence, which shares nothing with the sampler: 10⁻⁶ a case.</summary>
    [Theory]
    [InlineData(0.0625)]
    [InlineData(1)]
    [InlineData(7.3)]
    [InlineData(400)]
    [InlineData(1e6)]
    public void AddTo_ManySamples_FitTheLaw(double variance)
    {
        double[] masses = Masses(variance);
        int[] values = Draw(variance, 200_000);
        GoodnessOfFit.AssertFits([.. values.Select(v => (long)v)], k => Math.Abs(k) < masses.Length ? masses[Math.Abs(k)] : 0);
    }

    /// <summary>The same test refuses a variance that is off by 5 %: it can fail.</summary>
    [Fact]
    public void AddTo_AnotherVariance_DoesNotFit()
    {
        double[] masses = Masses(420);
        int[] values = Draw(400, 200_000);
        Assert.Throws<Xunit.Sdk.TrueException>(
            () => GoodnessOfFit.AssertFits([.. values.Select(v => (long)v)], k => Math.Abs(k) < masses.Length ? masses[Math.Abs(k)] : 0));
    }

    /// <summary>Above 2²⁹ several terms are added: mean and variance within five standard errors, 6·10⁻⁷ each.</summary>
    [Fact]
    public void AddTo_LargeVariance_HasIt()
    {
        const double Variance = 3e9;
        const int Count = 20_000;
        int[] values = Draw(Variance, Count);
        double mean = values.Average(), second = values.Average(v => (double)v * v);
        Assert.InRange(mean, -5 * Math.Sqrt(Variance / Count), 5 * Math.Sqrt(Variance / Count));
        Assert.InRange(second / Variance, 1 - (5 * Math.Sqrt(2.0 / Count)), 1 + (5 * Math.Sqrt(2.0 / Count)));
    }

    [Fact]
    public void FailureMass_GrowsWithSamplesAndTerms()
    {
        var small = new SkellamTable(100);
        Assert.InRange(small.FailureMass(1_000_000), 1e-40, 1e-28);
        Assert.Equal(0, small.FailureMass(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => small.FailureMass(-1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-7)]
    [InlineData(1e12)]
    [InlineData(double.NaN)]
    public void Constructor_BadVariance_NamesTheRange(double variance) =>
        Assert.Contains(
            "Must lie in", Assert.Throws<ArgumentOutOfRangeException>(() => new SkellamTable(variance)).Message, StringComparison.Ordinal);

    private static RandomBytes Bytes(UInt128 value) => span => BinaryPrimitives.WriteUInt128LittleEndian(span, value);

    private static double[] Masses(double variance)
    {
        int last = 40 + (int)(12 * Math.Sqrt(variance));
        double[] p = new double[last + 2];
        p[last] = 1e-280;
        double sum = 0;
        for (int k = last; k > 0; k--)
        {
            p[k - 1] = p[k + 1] + (2 * k / variance * p[k]);
            if (p[k - 1] > 1e250)
            {
                for (int i = k - 1; i <= last; i++)
                {
                    p[i] *= 1e-300;
                }
            }
        }

        for (int k = 0; k <= last; k++)
        {
            sum += k == 0 ? p[0] : 2 * p[k];
        }

        return [.. p.Select(v => v / sum)];
    }

    private int[] Draw(double variance, int count)
    {
        int[] values = new int[count];
        var random = new StreamBytes(_key.CreateStream(new StreamId(3, StreamPurpose.PrivacyNoise)));
        new SkellamTable(variance).AddTo(values, random.Fill);
        return values;
    }
}
