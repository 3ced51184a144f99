// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using Xunit;

namespace FedKernel.Tests.Privacy;

/// <summary>Known answers: Balle and Wang's formula evaluated with mpmath and scipy at 12 digits; sqrt 2 from pfl-research's tests.</summary>
public sealed class AnalyticGaussianTests
{
    [Theory]
    [InlineData(0.5, 1e-5, 9.99725614643)]
    [InlineData(0.5, 1e-6, 10.9971512142)]
    [InlineData(1, 1e-5, 4.37717809568)]
    [InlineData(1, 1e-6, 4.88655411747)]
    [InlineData(2, 1e-5, 1.99309140442)]
    [InlineData(2, 1e-6, 2.25408465022)]
    [InlineData(4, 1e-5, 0.926341503998)]
    [InlineData(10, 1e-5, 0.340669364684)]
    public void Epsilon_PublishedNoise_IsExact(double noiseMultiplier, double delta, double expected) =>
        Assert.Equal(1, AnalyticGaussian.Epsilon(noiseMultiplier, delta) / expected, 1e-9);

    [Theory]
    [InlineData(0.1, 1e-5, 30.749566132)]
    [InlineData(0.1, 1e-8, 45.937360185)]
    [InlineData(1, 1e-5, 3.73063163482)]
    [InlineData(1, 1e-6, 4.22467888933)]
    [InlineData(2, 1e-5, 1.99381244564)]
    [InlineData(8, 1e-5, 0.600229072199)]
    public void NoiseMultiplier_PublishedEpsilon_IsExact(double epsilon, double delta, double expected) =>
        Assert.Equal(1, AnalyticGaussian.NoiseMultiplier(epsilon, delta) / expected, 1e-9);

    [Fact]
    public void NoiseMultiplier_OfPfl_IsReproduced() =>
        Assert.Equal(Math.Sqrt(2), AnalyticGaussian.NoiseMultiplier(2.25, 0.00040834087), 1e-6);

    [Fact]
    public void Compose_HundredStepsAtFive_IsTheExactComposition() =>
        // algorithms table: q 1, sigma 5, T 100, delta 1e-5.
        Assert.Equal(
            1,
            AnalyticGaussian.Epsilon(new GaussianEvent(5, NeighbouringRelation.AddOrRemoveOne).Compose(100).NoiseMultiplier, 1e-5)
                / 9.99725614643,
            1e-9);

    [Fact]
    public void Epsilon_AndBack_Agree()
    {
        foreach (double z in new[] { 0.1, 0.7, 1.3, 12, 300 })
        {
            double epsilon = AnalyticGaussian.Epsilon(z, 1e-6);
            Assert.Equal(1, AnalyticGaussian.Delta(z, epsilon) / 1e-6, 1e-7);
            Assert.Equal(1, AnalyticGaussian.NoiseMultiplier(epsilon, 1e-6) / z, 1e-7);
        }
    }

    [Theory]
    [InlineData(0, 1e-5)]
    [InlineData(-1, 1e-5)]
    [InlineData(double.NaN, 1e-5)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(1, double.NaN)]
    public void Conversions_OutOfRange_AreRefused(double first, double delta)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => AnalyticGaussian.Epsilon(first, delta));
        Assert.Throws<ArgumentOutOfRangeException>(() => AnalyticGaussian.NoiseMultiplier(first, delta));
    }
}
