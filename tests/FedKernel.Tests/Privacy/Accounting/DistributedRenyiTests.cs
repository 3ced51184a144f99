// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Accounting.Renyi;
using FedKernel.Privacy.Grid;
using Xunit;

namespace FedKernel.Tests.Privacy.Accounting;

/// <summary>
/// Known answers of ddgauss_epsilon and of the Skellam accountant of google-research/federated, distributed_dp/accounting_utils.py: norms
/// after conditional rounding with β = e^−½, orders 2 to 128 and 256, conversion of Canonne, Kamath, Steinke 2020, δ = 10⁻⁵.
/// </summary>
public sealed class DistributedRenyiTests
{
    private const NeighbouringRelation Relation = NeighbouringRelation.AddOrRemoveOne;

    [Theory]
    [InlineData(0.01, 0.1, 100, 1024, 1, 1, 4.845728337)]
    [InlineData(0.001, 0.1, 100, 65536, 1, 1, 4.796508337)]
    [InlineData(0.01, 0.05, 1000, 1024, 0.01, 100, 0.483194590)]
    public void DiscreteGaussian_KnownAnswers(
        double step, double shareSigma, int clients, int dimension, double q, int rounds, double expected)
    {
        (double l2, double l1) = Norms(1 / step, dimension);
        var e = new DistributedDiscreteGaussianEvent(shareSigma / step, clients, l2, l1, dimension, 0, Relation);
        Check(new RepeatedEvent(q < 1 ? new PoissonSampledEvent(q, e) : e, rounds), expected);
    }

    [Theory]
    [InlineData(100, 1024, 4.846010591)]
    [InlineData(1000, 65536, 4.796511014)]
    public void Skellam_KnownAnswers(double scale, int dimension, double expected)
    {
        // The sum has variance 1 before scaling; clipping bound 1.
        (double l2, double l1) = Norms(scale, dimension);
        var e = new SkellamEvent(scale * scale, l2, l1, 0, Relation);
        Check(e, expected);
    }

    /// <summary>The bound holds for the law itself: D_α of two Skellam laws a step or three apart, summed in float64.</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 1)]
    [InlineData(30, 3)]
    [InlineData(200, 3)]
    public void Skellam_IsAboveTheDivergenceOfTheLaw(double variance, int shift)
    {
        double[] p = Masses(variance, 400);
        var e = new SkellamEvent(variance, shift, shift, 0, Relation);
        foreach (int order in (int[])[2, 3, 8])
        {
            double sum = 0;
            for (int k = -350; k <= 350; k++)
            {
                double a = p[Math.Abs(k)], b = p[Math.Abs(k - shift)];
                sum += a > 0 && b > 0 ? b * Math.Pow(a / b, order) : 0;
            }

            double exact = Math.Log(sum) / (order - 1);
            Assert.InRange(SkellamRenyi.Rdp(e, order), exact, 3 * exact);
            Assert.Equal(SkellamRenyi.Rdp(e, order), SkellamRenyi.Rdp(e, order - 0.5));
        }
    }

    [Fact]
    public void Tau_VanishesForOneShare_AndForWideShares()
    {
        Assert.Equal(0, DistributedDiscreteGaussianRenyi.Tau(0.1, 1));
        Assert.InRange(DistributedDiscreteGaussianRenyi.Tau(0.5, 2), 10 * Math.Exp(-Math.PI * Math.PI / 4) * 0.999999, 10 * Math.Exp(-Math.PI * Math.PI / 4) * 1.000001);
        Assert.True(DistributedDiscreteGaussianRenyi.Tau(10, 1000) < 1e-300);
    }

    [Fact]
    public void Sampled_LimitsAndOrderTwo()
    {
        // α = 2: A = (1 − q)(1 + q) + q²e^{r(2)}, exactly.
        Assert.Equal(Math.Log((0.9 * 1.1) + (0.01 * Math.Exp(0.7))), SampledRenyi.Rdp(0.1, 2, _ => 0.7), 1e-14);
        Assert.Equal(0.7, SampledRenyi.Rdp(1, 5, _ => 0.7));
        Assert.True(SampledRenyi.Rdp(0.999, 5, a => 0.1 * a) <= 0.5);
        Assert.InRange(SampledRenyi.Rdp(1e-12, 64, a => 0.1 * a), 0, 1e-20);
        Assert.Throws<ArgumentOutOfRangeException>(() => SampledRenyi.Rdp(0, 2, _ => 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampledRenyi.Rdp(double.NaN, 2, _ => 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampledRenyi.Rdp(0.5, 1, _ => 1));
    }

    /// <summary>Sampled noise of every kind is one curve: that of its ρ; the sum of one share is a discrete Gaussian.</summary>
    [Fact]
    public void Sampled_KindsOfOneRho_AreOneCurve()
    {
        PrivacyEvent[] same =
        [
            new ConcentratedEvent(0.125, Relation), new DiscreteGaussianEvent(2, 1, 0, Relation),
            new DistributedDiscreteGaussianEvent(2, 1, 1, 1, 7, 0, Relation),
        ];
        double[] epsilons = [.. same.Select(e =>
            RenyiAccountant.Epsilon(new RepeatedEvent(new PoissonSampledEvent(0.02, e), 300), 1e-5))];
        Assert.All(epsilons, epsilon => Assert.Equal(epsilons[0], epsilon, 1e-12));
        // The Gaussian of that ρ, whose own series is exact, lies below; theorem 5 has a factor 3 from the third moment on.
        var gaussian = new RepeatedEvent(new PoissonSampledEvent(0.02, new GaussianEvent(2, Relation)), 300);
        Assert.InRange(epsilons[0] / RenyiAccountant.Epsilon(gaussian, 1e-5), 1, 1.5);
        // And so it does at every order, also between integers.
        RenyiProfile above = RenyiProfile.Of(new PoissonSampledEvent(0.02, same[0]), RenyiOrders.Default);
        RenyiProfile exact = RenyiProfile.Of(new PoissonSampledEvent(0.02, new GaussianEvent(2, Relation)), RenyiOrders.Default);
        Assert.All(above.Divergences.Zip(exact.Divergences), pair => Assert.True(pair.First >= pair.Second * (1 - 1e-12), $"{pair}"));
    }

    [Fact]
    public void Sampled_BatchOfSeveralReleases_IsOne()
    {
        // Two releases about one batch, ρ = 1/16 each, are one of 1/8 about it.
        var half = new ConcentratedEvent(0.0625, Relation);
        Assert.Equal(
            RenyiAccountant.Epsilon(new PoissonSampledEvent(0.1, new ConcentratedEvent(0.125, Relation)), 1e-5),
            RenyiAccountant.Epsilon(new PoissonSampledEvent(0.1, new ComposedEvent(half, half)), 1e-5),
            1e-12);
        Assert.Contains("δ", RenyiProfile.Refusal(new PoissonSampledEvent(
            0.1, new ComposedEvent(half, new ApproximateEvent(1, 1e-9, Relation)))), StringComparison.Ordinal);
    }

    /// <summary>A tiny q: ln(1 + x) of the sum would round x away, and 10¹² steps would be free.</summary>
    [Fact]
    public void Sampled_TinyProbability_IsNotFree() =>
        Assert.Equal(1, SampledRenyi.Rdp(1e-9, 2, _ => 0.7) / (1e-18 * Math.Exp(0.7) * (1 - Math.Exp(-0.7))), 1e-9);

    [Fact]
    public void FailureMass_OfEveryKind_CostsItsPrice()
    {
        const double tau = 1e-9;
        foreach (Func<double, PrivacyEvent> kind in (Func<double, PrivacyEvent>[])
            [m => new SkellamEvent(100, 4, 16, m, Relation), m => new DistributedDiscreteGaussianEvent(4, 6, 4, 16, 16, m, Relation)])
        {
            double without = PrivacyAccountant.Delta(new RepeatedEvent(kind(0), 5), 2).Upper;
            double with = PrivacyAccountant.Delta(new RepeatedEvent(kind(tau), 5), 2).Upper;
            Assert.Equal(5 * tau * (1 + Math.Exp(2)), with - without, 1e-14);
        }
    }

    /// <summary>n up to 2³¹ shares: τ by as many terms as matter, from above.</summary>
    [Fact]
    public void Tau_ManyShares_IsAtMostAllOfTheLast()
    {
        double last = Math.Exp(-2 * Math.PI * Math.PI);
        Assert.InRange(DistributedDiscreteGaussianRenyi.Tau(1, int.MaxValue), 10 * last * (int.MaxValue - 1.0), 10.03 * last * int.MaxValue);
    }

    [Fact]
    public void Events_BadNumbers_AreNeverConstructed()
    {
        foreach (double bad in (double[])[0, -1, double.NaN, double.PositiveInfinity])
        {
            Refused(() => new SkellamEvent(bad, 1, 1, 0, Relation));
            Refused(() => new SkellamEvent(1, bad, 1, 0, Relation));
            Refused(() => new DistributedDiscreteGaussianEvent(bad, 1, 1, 1, 1, 0, Relation));
            Refused(() => new DistributedDiscreteGaussianEvent(1, 1, bad, 1, 1, 0, Relation));
        }

        Refused(() => new SkellamEvent(1, 2, 1, 0, Relation));
        Refused(() => new SkellamEvent(1, 1, 1, 1.1, Relation));
        Refused(() => new DistributedDiscreteGaussianEvent(1, 0, 1, 1, 1, 0, Relation));
        Refused(() => new DistributedDiscreteGaussianEvent(1, 1, 1, 1, 0, 0, Relation));
        Refused(() => SkellamRenyi.Rdp(new SkellamEvent(1, 1, 1, 0, Relation), 1));
        static void Refused(Func<object> make) =>
            Assert.Contains("Must lie in", Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);
    }

    private static (double L2, double L1) Norms(double scale, int dimension)
    {
        double l2 = RoundedNorm.Of(scale, Math.Exp(-0.5), dimension);
        return (l2, l2 * Math.Min(Math.Sqrt(dimension), l2));
    }

    /// <summary>At the orders of the source, and by the accountant, which has more.</summary>
    private static void Check(PrivacyEvent history, double expected)
    {
        RenyiProfile profile = RenyiProfile.Of(history, [.. Enumerable.Range(2, 127).Append(256).Select(a => (double)a)]);
        Assert.Equal(expected, RenyiConversion.Epsilon(profile, 1e-5), 1e-9);
        Assert.InRange(PrivacyAccountant.Epsilon(history, 1e-5).Upper, 0.99 * expected, expected + 1e-9);
    }

    private static double[] Masses(double variance, int last)
    {
        // Miller's recurrence downward, started so low that nothing overflows.
        double[] p = new double[last + 2];
        p[last] = 1e-300;
        for (int k = last; k > 0; k--)
        {
            p[k - 1] = p[k + 1] + (2 * k / variance * p[k]);
            if (p[k - 1] > 1e200)
            {
                for (int i = k - 1; i <= last; i++)
                {
                    p[i] *= 1e-250;
                }
            }
        }

        double sum = p[0] + (2 * p.Skip(1).Sum());
        return [.. p.Select(v => v / sum)];
    }
}
