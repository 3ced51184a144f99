// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Privacy.Accounting.Renyi;
using Xunit;

namespace FedKernel.Tests.Privacy.Accounting;

public sealed class RenyiDivergenceTests
{
    [Fact]
    public void SampledGaussian_EveryOrder_EqualsQuadratureOf40Digits()
    {
        int compared = 0;
        foreach (JsonElement curve in Reference.Extras.GetProperty("rdp_curves_poisson_gaussian_1_step").EnumerateArray())
        {
            JsonElement[] orders = [.. curve.GetProperty("orders").EnumerateArray()];
            JsonElement[] expected = [.. curve.GetProperty("quadrature_mpmath_40_digits").EnumerateArray()];
            for (int i = 0; i < orders.Length; i++)
            {
                if (expected[i].ValueKind == JsonValueKind.Number)
                {
                    double actual = SampledGaussianDivergence.Of(
                        curve.Number("q"), curve.Number("noise_multiplier"), orders[i].GetDouble());
                    Assert.Equal(1, actual / expected[i].GetDouble(), 1e-10);
                    compared++;
                }
            }
        }

        Assert.True(compared > 250, $"{compared}");
    }

    [Theory]
    [InlineData(0.01, 2.5, 1.5, 6.5007089718804e-04)] // dp_accounting's test has 6.70579741e-04: it drops the signs. Exact by mpmath.
    [InlineData(0.01, 2.5, 2.5, 1.085418056918e-03)] // 1.08548710e-03 there
    [InlineData(0.01, 2.5, 5, 2.18075656e-03)]
    [InlineData(0.01, 2.5, 50, 2.38460375e-02)]
    [InlineData(0.01, 2.5, 100, 1.67416308e2)]
    public void SampledGaussian_FiftySteps_IsTheValueOfDpAccounting(double q, double z, double order, double expected) =>
        Assert.Equal(1, 50 * SampledGaussianDivergence.Of(q, z, order) / expected, 1e-7);

    /// <summary>mpmath, 40 digits, tanh-sinh quadrature of the definition.</summary>
    [Theory]
    [InlineData(1.024e-5, 0.1, 1.1, 0.0078266601402676)]
    [InlineData(1e-3, 0.04, 1.5, 448.026734163054)]
    [InlineData(0.3, 0.06, 3.7, 512.239000231109)]
    [InlineData(1e-6, 5, 1.3, 2.65270024569324e-14)]
    [InlineData(0.000403, 337, 10.9, 7.7937903374303e-12)]
    [InlineData(0.00163, 1250, 6.9, 5.86643710719316e-12)]
    [InlineData(0.2, 0.0292, 2.5, 1463.35250683826)]
    [InlineData(0.00961, 0.524, 1.1, 0.00114488507077592)]
    [InlineData(0.128, 0.0882, 2.5, 157.257868749352)]
    [InlineData(0.0653, 2.95, 1.1, 0.000283559701119117)]
    [InlineData(0.000146, 0.0237, 1.3, 1118.95037144723)]
    [InlineData(4.71e-06, 0.218, 10.9, 101.174104447791)]
    [InlineData(0.00778, 0.162, 10.9, 202.31979016455)]
    [InlineData(4.44e-09, 66.4, 2.5, 5.58970703927491e-21)]
    [InlineData(1.38e-08, 0.0204, 10.9, 13075.9979059869)]
    [InlineData(1.12e-09, 512, 1.3, 3.11035749503234e-24)]
    [InlineData(0.0709, 0.889, 1.3, 0.00721751755455881)]
    [InlineData(7.12e-05, 146, 1.3, 1.54588726123759e-13)]
    [InlineData(4.31e-08, 6620, 1.3, 2.75519234439253e-23)]
    [InlineData(0.499, 2480, 1.7, 3.44125358254682e-8)]
    [InlineData(1.56e-09, 4.62, 1.3, 7.58737973940052e-20)]
    [InlineData(2.37e-07, 1.55, 10.9, 1.58031902555111e-13)]
    [InlineData(0.000268, 0.0209, 6.9, 7888.55231879793)]
    [InlineData(0.00234, 0.0475, 1.7, 362.019977089999)]
    [InlineData(0.0232, 11, 1.7, 3.79646877469923e-6)]
    [InlineData(4.6e-08, 9.85, 1.3, 1.42494005091783e-17)]
    [InlineData(3.26e-09, 7210, 1.1, 1.1244168998253e-25)]
    [InlineData(0.348, 2.18, 2.5, 0.0358938451274644)]
    public void SampledGaussian_EndsOfTheRange_EqualQuadrature(double q, double z, double order, double expected) =>
        Assert.Equal(1, SampledGaussianDivergence.Of(q, z, order) / expected, 1e-10);

    /// <summary>mpmath, 40 digits.</summary>
    [Theory]
    [InlineData(4, 1, 5.8182900385352)]
    [InlineData(10, 4, -3.3300538334515)]
    [InlineData(64, 2, 503.99999075214)]
    [InlineData(256, 8, 505.36419739098)]
    [InlineData(12, 100, -45.992777836458)]
    public void FixedSize_TernaryMoment_EqualsQuadrature(int power, double z, double expected) =>
        Assert.Equal(1, FixedSizeGaussianDivergence.LogMoment(power, z) / expected, 1e-12);

    [Fact]
    public void SampledGaussian_FractionalOrderBesideAnInteger_IsContinuous()
    {
        // The integer sum and the two ways for fractions are three programs for one function.
        foreach (double z in new[] { 1e-3, 0.02, 0.0599, 0.0601, 0.3, 1, 7, 1e3, 1e6 })
        {
            foreach (double q in new[] { 1e-9, 1e-4, 0.03, 0.5, 0.999, 1 - 1e-12 })
            {
                foreach (int order in new[] { 2, 3, 9 })
                {
                    double expected = SampledGaussianDivergence.Of(q, z, order);
                    double above = SampledGaussianDivergence.Of(q, z, order + 1e-9);
                    double below = SampledGaussianDivergence.Of(q, z, order - 1e-9);
                    Assert.InRange(((above / expected) + (below / expected)) / 2, 1 - 1e-9, 1 + 1e-9);
                    Assert.True(below <= above * (1 + 1e-9), $"z {z}, q {q}, order {order}: {below} > {above}");
                }
            }
        }
    }

    [Fact]
    public void SampledGaussian_SeriesAndQuadrature_Agree()
    {
        foreach (double z in new[] { 0.04, 0.05, 0.07 })
        {
            foreach (double q in new[] { 1e-3, 0.2, 0.9 })
            {
                foreach (double order in new[] { 1.1, 1.5, 2.3, 6.7 })
                {
                    Assert.Equal(
                        SampledGaussianQuadrature.LogExcess(q, z, order), SampledGaussianSeries.LogExcess(q, z, order), z < 0.06 ? 1e-9 : 1e-6);
                }
            }
        }
    }

    [Theory]
    [InlineData(1e-3, 1e-6)]
    [InlineData(1e6, 1e-9)]
    [InlineData(1e-3, 1)]
    [InlineData(1e6, 1)]
    public void SampledGaussian_EndsOfTheRange_AreFinitePositiveAndRising(double z, double q)
    {
        double[] values = [.. RenyiOrders.Default.Select(order => SampledGaussianDivergence.Of(q, z, order))];
        Assert.All(values, v => Assert.True(v > 0 && double.IsFinite(v)));
        Assert.All(values.Zip(values.Skip(1)), pair => Assert.True(pair.Second >= pair.First * (1 - 1e-12)));
    }

    [Fact]
    public void Orders_Default_AreThoseOfDpAccounting() =>
        Assert.Equal(Reference.Grid.GetProperty("orders").EnumerateArray().Select(o => o.GetDouble()), RenyiOrders.Default);

    [Theory]
    [InlineData(1, 2, 0.73533)] // ln((e² + e^−1)/(1 + e))
    [InlineData(1e-4, 3, 1.5e-8)] // αε²/2 for small ε
    [InlineData(40, 5, 40)]
    public void Pure_AnyRelease_IsRandomizedResponse(double epsilon, double order, double expected) =>
        Assert.Equal(1, PureDivergence.OfAny(epsilon, order) / expected, 2e-4);

    [Fact]
    public void Pure_Laplace_MatchesItsClosedFormAndItsSeries()
    {
        foreach (double z in new[] { 0.5, 1, 5, 20 })
        {
            double x = 1 / z;
            double direct = Math.Log(((2 / 3.0) * Math.Exp(x)) + (1 / 3.0 * Math.Exp(-2 * x)));
            Assert.Equal(1, PureDivergence.OfLaplace(z, 2) / direct, 1e-10);
        }

        Assert.Equal(1, PureDivergence.OfLaplace(1e5, 2) / 1e-10, 1e-4);
        Assert.True(PureDivergence.OfLaplace(0.001, 512) <= 1000);
    }
}
