// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Accounting.Renyi;
using Xunit;

namespace FedKernel.Tests.Privacy.Accounting;

public sealed class RenyiAccountantTests
{
    [Fact]
    public void Epsilon_Grid_IsOpacusAndNotAboveDpAccounting()
    {
        foreach (JsonElement row in Reference.Grid.GetProperty("rows").EnumerateArray())
        {
            double epsilon = RenyiAccountant.Epsilon(
                Reference.Sampled(
                    row.Number("noise_multiplier"), row.Number("sampling_probability"), row.GetProperty("steps").GetInt64()),
                row.Number("delta"));
            // dp_accounting drops the signs at fractional orders, and is above; Opacus has fewer orders, and is above too.
            double peer = Math.Min(row.Number("dp_accounting_rdp"), row.Number("opacus_rdp"));
            Assert.True(epsilon <= peer * (1 + 1e-6), $"{row}: {epsilon}");
            Assert.True(epsilon >= peer * (1 - 0.02), $"{row}: {epsilon}");
        }
    }

    [Theory]
    [InlineData(1, 1, 1, 1e-5, 4.728507067)]
    [InlineData(1, 5, 100, 1e-5, 10.725509696)]
    [InlineData(0.01, 1, 1000, 1e-5, 2.101365272)]
    [InlineData(0.01, 1, 10000, 1e-5, 6.712738298)]
    [InlineData(256 / 60000.0, 1.1, 14062, 1e-5, 2.596555869)]
    [InlineData(256 / 60000.0, 1.3, 3515, 1e-5, 0.954429509)]
    [InlineData(0.04, 1.5, 2249, 1e-5, 7.327277969)]
    [InlineData(0.04, 1.5, 2250, 1e-5, 7.329111171)]
    [InlineData(0.001, 0.8, 1000, 1e-6, 1.461875858)]
    [InlineData(0.1, 2, 100, 1e-6, 2.914173458)]
    [InlineData(0.5, 3, 50, 1e-5, 6.109578663)]
    [InlineData(0.01, 1, 100, 1e-6, 1.507389436)]
    public void Epsilon_TableOfExactOrders_IsReproduced(double q, double z, long steps, double delta, double expected) =>
        Assert.Equal(1, RenyiAccountant.Epsilon(Reference.Sampled(z, q, steps), delta) / expected, 1e-9);

    /// <summary>TF-privacy, compute_dp_sgd_privacy_test.py, with its own coarser orders: ours is not above.</summary>
    [Theory]
    [InlineData(150 / 60000.0, 1.3, 6000, 1e-5, 0.7242234026109595)]
    [InlineData(100 / 100000.0, 1.0, 30000, 1e-7, 1.4154988495444842)]
    public void Epsilon_TensorFlowPrivacy_IsReproducedOrBeaten(double q, double z, long steps, double delta, double expected)
    {
        double epsilon = RenyiAccountant.Epsilon(Reference.Sampled(z, q, steps), delta);
        Assert.InRange(epsilon / expected, 0.95, 1 + 1e-6);
    }

    /// <summary>Values of pfl-research and dp_accounting.</summary>
    [Theory]
    [InlineData(2, 1, 1e-5, 11.126631103850338)]
    [InlineData(10, 0.5, 1e-5, 1.4180106367839715)]
    [InlineData(100, 0.1, 1e-8, 0.2295002758431074)]
    [InlineData(32, 1.1, 1e-5, 1.32783806176)]
    public void Conversion_OneOrder_IsTheValueOfPeers(double order, double divergence, double delta, double expected) =>
        Assert.Equal(1, RenyiConversion.Epsilon(order, divergence, delta) / expected, 1e-11);

    /// <summary>mpmath, 40 digits: the conversion at its best real order.</summary>
    [Theory]
    [InlineData(0.1, 2.1419389283855)]
    [InlineData(0.5, 5.2215344445302)]
    [InlineData(0.81, 6.8756392149646)]
    [InlineData(1, 7.7662166253117)]
    public void Concentrated_RealOrders_IsExact(double rho, double expected) =>
        Assert.Equal(1, ConcentratedAccountant.Epsilon(rho, 1e-6) / expected, 1e-12);

    /// <summary>The same by dp_accounting, whose orders are a list.</summary>
    [Theory]
    [InlineData(0.1, 2.143043524)]
    [InlineData(0.5, 5.221539631)]
    [InlineData(0.81, 6.875683746)]
    [InlineData(1, 7.766237903)]
    public void Epsilon_Concentrated_IsTheValueOfDpAccounting(double rho, double expected) =>
        Assert.Equal(1, RenyiAccountant.Epsilon(new ConcentratedEvent(rho, Reference.AddOrRemove), 1e-6) / expected, 1e-9);

    [Fact]
    public void Concentrated_EpsilonAndDelta_AreInverse()
    {
        foreach (double rho in new[] { 1e-9, 1e-3, 0.5, 30, 1e9 })
        {
            double epsilon = ConcentratedAccountant.Epsilon(rho, 1e-7);
            if (epsilon > 0)
            {
                Assert.Equal(1, ConcentratedAccountant.Delta(rho, epsilon) / 1e-7, 1e-4);
            }
        }
    }

    [Fact]
    public void Delta_OfEpsilon_IsTheValueOfDpAccounting()
    {
        foreach (JsonElement row in Reference.Extras.GetProperty("delta_for_epsilon").EnumerateArray())
        {
            double delta = RenyiAccountant.Delta(
                Reference.Sampled(row.Number("noise_multiplier"), row.Number("q"), row.GetProperty("steps").GetInt64()), row.Number("epsilon"));
            Assert.True(delta <= row.Number("rdp_delta") * (1 + 1e-6), $"{row}: {delta}");
            // Much less where the order is fractional, and never less than the true one.
            Assert.True(delta >= row.Number("rdp_delta") * 0.5 && delta >= row.Number("pld_delta") * (1 - 1e-3), $"{row}: {delta}");
        }
    }

    [Fact]
    public void Epsilon_Laplace_IsTheValueOfDpAccounting()
    {
        foreach (JsonElement row in Reference.Extras.GetProperty("laplace").EnumerateArray())
        {
            var laplace = new LaplaceEvent(row.Number("laplace_noise_multiplier"), Reference.AddOrRemove);
            long steps = row.GetProperty("steps").GetInt64();
            Assert.Equal(1, RenyiAccountant.Epsilon(new RepeatedEvent(laplace, steps), row.Number("delta")) / row.Number("rdp"), 1e-8);
        }
    }

    [Fact]
    public void Epsilon_Heterogeneous_IsTheValueOfPeers()
    {
        foreach (JsonElement row in Reference.Extras.GetProperty("heterogeneous").EnumerateArray())
        {
            var history = new ComposedEvent([.. row.GetProperty("parts").EnumerateArray()
                .Select(p => Reference.Sampled(p[0].GetDouble(), p[1].GetDouble(), p[2].GetInt64()))]);
            double epsilon = RenyiAccountant.Epsilon(history, row.Number("delta"));
            Assert.InRange(epsilon / row.Number("opacus_rdp"), 1 - 1e-5, 1 + 1e-5);
        }
    }

    [Fact]
    public void Epsilon_FixedSizeReplaceOne_IsTheValueOfDpAccounting()
    {
        foreach (JsonElement row in Reference.Extras.GetProperty("rdp_sampled_without_replacement_replace_one").EnumerateArray())
        {
            var history = new RepeatedEvent(
                new FixedSizeSampledEvent(
                    row.GetProperty("sample_size").GetInt64(),
                    row.GetProperty("dataset_size").GetInt64(),
                    new GaussianEvent(row.Number("noise_multiplier"), NeighbouringRelation.ReplaceOne)),
                row.GetProperty("steps").GetInt64());
            Assert.Equal(1, RenyiAccountant.Epsilon(history, row.Number("delta")) / row.Number("epsilon"), 1e-8);
        }
    }

    [Fact]
    public void Epsilon_ApproximateReleases_AddTheirDelta()
    {
        var release = new ApproximateEvent(0.1, 1e-7, Reference.AddOrRemove);
        double pure = RenyiAccountant.Epsilon(new RepeatedEvent(release with { Delta = 0 }, 50), 5e-6);
        Assert.Equal(pure, RenyiAccountant.Epsilon(new RepeatedEvent(release, 50), 1e-5), 1e-9);
        Assert.Equal(double.PositiveInfinity, RenyiAccountant.Epsilon(new RepeatedEvent(release, 101), 1e-5));
    }

    [Fact]
    public void Epsilon_LayersOfOneBatch_AreOneGaussian()
    {
        // z = (1, 2, 4) per layer: z_eff = 0.87287156094397.
        PrivacyEvent layers = new ComposedEvent([.. new[] { 1.0, 2, 4 }.Select(z => new GaussianEvent(z, Reference.AddOrRemove))]);
        Assert.Equal(
            RenyiAccountant.Epsilon(Reference.Sampled(0.87287156094397, 0.02, 300), 1e-5),
            RenyiAccountant.Epsilon(new RepeatedEvent(new PoissonSampledEvent(0.02, layers), 300), 1e-5),
            1e-9);
    }

    [Fact]
    public void Epsilon_OneCoinAfterAnother_IsOneCoin() =>
        Assert.Equal(
            RenyiAccountant.Epsilon(Reference.Sampled(1, 0.02, 1), 1e-5),
            RenyiAccountant.Epsilon(new PoissonSampledEvent(0.1, new PoissonSampledEvent(0.2, new GaussianEvent(1, Reference.AddOrRemove))), 1e-5),
            1e-12);

    [Fact]
    public void Refusal_CombinationWithoutProof_IsNamed()
    {
        var gaussian = new GaussianEvent(1, NeighbouringRelation.ReplaceOne);
        Assert.Contains("ReplaceOne", RenyiProfile.Refusal(new PoissonSampledEvent(0.1, gaussian)), StringComparison.Ordinal);
        Assert.Contains(
            "AddOrRemoveOne",
            RenyiProfile.Refusal(new FixedSizeSampledEvent(1, 10, new GaussianEvent(1, Reference.AddOrRemove))),
            StringComparison.Ordinal);
        Assert.Contains(
            "ConcentratedEvent",
            RenyiProfile.Refusal(new FixedSizeSampledEvent(1, 10, new ConcentratedEvent(1, NeighbouringRelation.ReplaceOne))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Epsilon_BillionStepsAndExtremeNoise_IsFinite()
    {
        foreach (double z in new[] { 1e-3, 1, 1e6 })
        {
            foreach (double q in new[] { 1e-9, 0.01, 1 })
            {
                double epsilon = RenyiAccountant.Epsilon(Reference.Sampled(z, q, 1_000_000_000), 1e-5);
                Assert.True(epsilon >= 0 && double.IsFinite(epsilon), $"{z} {q}: {epsilon}");
            }
        }
    }
}
