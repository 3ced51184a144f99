// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;
using FedKernel.Random.Discrete;
using FedKernel.Tests.Statistics;
using Xunit;

namespace FedKernel.Tests.Random.Discrete;

/// <summary>The key is fixed, so a run cannot flake; for a fresh key a right sampler fails with a chance of 10⁻⁶ a case.</summary>
public sealed class ExactDiscreteLaplaceTests
{
    private readonly SecretKey256 _key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    [Theory]
    [InlineData(0.25)] // b below 1: the denominator divides
    [InlineData(0.7)] // a fraction of 2⁵²
    [InlineData(1)]
    [InlineData(12.5)]
    [InlineData(40)]
    public void Next_ManySamples_FitTheLaw(double scale)
    {
        var sampler = new ExactDiscreteLaplace(scale, _key.CreateStream(new StreamId(1, StreamPurpose.PrivacyNoise)));
        long[] samples = [.. Enumerable.Range(0, 40_000).Select(_ => (long)sampler.Next())];
        double q = Math.Exp(-1 / scale);
        GoodnessOfFit.AssertFits(samples, k => (1 - q) / (1 + q) * Math.Pow(q, Math.Abs(k)));
    }

    /// <summary>The same test refuses a law whose scale is off by 7 %: it can fail.</summary>
    [Fact]
    public void Next_AnotherScale_DoesNotFit()
    {
        var sampler = new ExactDiscreteLaplace(12.5, _key.CreateStream(new StreamId(1, StreamPurpose.PrivacyNoise)));
        long[] samples = [.. Enumerable.Range(0, 40_000).Select(_ => (long)sampler.Next())];
        double q = Math.Exp(-1 / 11.6);
        Assert.Throws<Xunit.Sdk.TrueException>(() => GoodnessOfFit.AssertFits(samples, k => (1 - q) / (1 + q) * Math.Pow(q, Math.Abs(k))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e-4)]
    [InlineData(1e300)]
    [InlineData(double.NaN)]
    public void Constructor_BadScale_NamesTheRange(double scale) =>
        Assert.Contains(
            "Must lie in",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ExactDiscreteLaplace(scale, _key.CreateStream(default))).Message,
            StringComparison.Ordinal);
}
