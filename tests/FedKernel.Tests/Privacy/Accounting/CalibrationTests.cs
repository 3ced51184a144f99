// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Accounting.Renyi;
using Xunit;

namespace FedKernel.Tests.Privacy.Accounting;

public sealed class CalibrationTests
{
    [Fact]
    public void NoiseMultiplier_ByRenyi_IsTheValueOfDpAccounting()
    {
        foreach (JsonElement row in Reference.Extras.GetProperty("calibrated_noise_multiplier").EnumerateArray())
        {
            double z = Renyi(row.Number("q"), row.GetProperty("steps").GetInt64(), row.Number("target_epsilon"), row.Number("delta"));
            // Its own search ends within 10⁻⁶ of ε; at fractional orders its curve is looser than ours.
            Assert.InRange(z / row.Number("dp_accounting_rdp"), 1 - 2e-3, 1 + 1e-6);
        }
    }

    /// <summary>Opacus, accountants_test.py (ε met to 0.01), and dp_accounting, rdp_privacy_accountant_test.py.</summary>
    [Theory]
    [InlineData(0.04, 2250, 8, 1e-5, 1.416, 1.5e-3)]
    [InlineData(0.04, 2000, 8, 1e-5, 1.3562, 1.5e-3)]
    [InlineData(1, 1, 1, 1e-6, 4.530877117, 5e-7)] // its ε there is 1.0000003: ours stays below 1
    public void NoiseMultiplier_ByRenyi_IsTheValueOfPeers(
        double q, long steps, double epsilon, double delta, double expected, double tolerance) =>
        Assert.Equal(1, Renyi(q, steps, epsilon, delta) / expected, tolerance);

    [Fact]
    public void NoiseMultiplier_Gaussian_IsTheExactOne()
    {
        foreach (JsonElement row in Reference.Extras.GetProperty("analytic_gaussian_sigma").EnumerateArray())
        {
            double z = Calibration.NoiseMultiplier(
                z => new GaussianEvent(z, Reference.AddOrRemove), row.Number("epsilon"), row.Number("delta"));
            Assert.InRange(z / row.Number("sigma"), 1 - 1e-9, 1 + 2e-6);
            Assert.Equal(1, AnalyticGaussian.NoiseMultiplier(row.Number("epsilon"), row.Number("delta")) / row.Number("sigma"), 1e-9);
        }
    }

    [Fact]
    public void NoiseMultiplier_WhatIsReturned_MeetsTheTarget()
    {
        foreach ((double q, long steps) in new[] { (0.01, 500L), (1.0, 40L) })
        {
            double z = Calibration.NoiseMultiplier(z => Reference.Sampled(z, q, steps), 2, 1e-5);
            Assert.InRange(PrivacyAccountant.Epsilon(Reference.Sampled(z, q, steps), 1e-5).Upper, 1.999, 2);
        }
    }

    [Fact]
    public void NoiseMultiplier_LayersOfDifferentNoise_KeepTheirRatio()
    {
        PrivacyEvent Layers(double z) => new ComposedEvent(
            [.. new[] { 1.0, 2, 4 }.Select(k => new GaussianEvent(k * z, Reference.AddOrRemove))]);
        // z_eff of (1, 2, 4) is 0.87287156094397.
        Assert.Equal(
            AnalyticGaussian.NoiseMultiplier(3, 1e-6) / 0.87287156094397, Calibration.NoiseMultiplier(Layers, 3, 1e-6), 1e-5);
    }

    [Theory]
    [InlineData(1, 5, 9.99725614644, 100)] // ε(100) is 9.99725614643
    [InlineData(1, 5, 9.9972561464, 99)]
    [InlineData(1, 1, 4.4, 1)]
    public void Steps_Gaussian_AreTheMostThatFit(double q, double z, double epsilon, long expected) =>
        Assert.Equal(expected, Calibration.Steps(steps => Reference.Sampled(z, q, steps), epsilon, 1e-5));

    [Fact]
    public void Steps_Sampled_NextOneIsTooMany()
    {
        long steps = Calibration.Steps(steps => Reference.Sampled(1, 0.02, steps), 1.5, 1e-5);
        Assert.True(PrivacyAccountant.Epsilon(Reference.Sampled(1, 0.02, steps), 1e-5).Upper <= 1.5);
        Assert.True(PrivacyAccountant.Epsilon(Reference.Sampled(1, 0.02, steps + 1), 1e-5).Upper > 1.5);
    }

    [Fact]
    public void Steps_AlmostNoiseless_OneIsTooMuch() => Assert.Contains(
        "One step already costs",
        Assert.Throws<ArgumentException>(() => Calibration.Steps(steps => Reference.Sampled(0.1, 1, steps), 1, 1e-5)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Steps_MuchNoise_EndAtTheLimit() =>
        Assert.Equal(1L << 40, Calibration.Steps(steps => Reference.Sampled(1e9, 1, steps), 1, 1e-5));

    [Fact]
    public void SamplingProbability_WhatIsReturned_MeetsTheTarget()
    {
        double q = Calibration.SamplingProbability(q => Reference.Sampled(1.1, q, 300), 2, 1e-5);
        Assert.InRange(PrivacyAccountant.Epsilon(Reference.Sampled(1.1, q, 300), 1e-5).Upper, 1.999, 2);
        Assert.Equal(1, Calibration.SamplingProbability(q => Reference.Sampled(100, q, 10), 2, 1e-5));
    }

    [Theory]
    [InlineData(0, 1e-5)]
    [InlineData(double.NaN, 1e-5)]
    [InlineData(double.PositiveInfinity, 1e-5)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    public void Calibration_BadTarget_IsRefused(double epsilon, double delta)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Calibration.NoiseMultiplier(z => Reference.Sampled(z, 1, 1), epsilon, delta));
        Assert.Throws<ArgumentOutOfRangeException>(() => Calibration.Steps(s => Reference.Sampled(1, 1, s), epsilon, delta));
        Assert.Throws<ArgumentOutOfRangeException>(() => Calibration.SamplingProbability(q => Reference.Sampled(1, q, 1), epsilon, delta));
    }

    private static double Renyi(double q, long steps, double epsilon, double delta) =>
        Calibration.NoiseMultiplier(z => Reference.Sampled(z, q, steps), epsilon, delta, RenyiAccountant.Epsilon, 1e-12, 1);
}
