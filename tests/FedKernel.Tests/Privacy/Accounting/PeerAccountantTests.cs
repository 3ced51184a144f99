// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Accounting.LossDistributions;
using FedKernel.Privacy.Accounting.Renyi;
using FedKernel.Privacy.Correlated;
using Xunit;

namespace FedKernel.Tests.Privacy.Accounting;

/// <summary>Values that stand in the tests of other accountants, of which ours must be as tight. Each names its file.</summary>
public sealed class PeerAccountantTests
{
    /// <summary>
    /// dp_accounting's PLD at interval 1e-4, pessimistic; its optimistic value, 0 where none was computed; and the ε of the central limit
    /// of Gaussian differential privacy (Opacus, accountants/gdp.py), which is no bound: the truth lies above it on every row.
    /// </summary>
    [Theory]
    [InlineData(0.01, 1, 1000, 1e-5, 1.828236946, 1.778240, 1.617712)]
    [InlineData(0.01, 1, 10000, 1e-5, 6.187744976, 0, 6.007)]
    [InlineData(256 / 60000.0, 1.1, 14062, 1e-5, 2.381619187, 0, 2.324269)]
    [InlineData(256 / 60000.0, 1.3, 3515, 1e-5, 0.864458671, 0, 0.834382)]
    [InlineData(0.04, 1.5, 2249, 1e-5, 6.767044419, 6.6546, 6.599821)]
    [InlineData(0.04, 1.5, 2250, 1e-5, 6.768787377, 0, 6.599821)]
    [InlineData(0.001, 0.8, 1000, 1e-6, 0.467694957, 0.417761, 0.235673)]
    [InlineData(0.1, 2, 100, 1e-6, 2.675035740, 0, 2.417958)]
    [InlineData(0.5, 3, 50, 1e-5, 5.626423189, 0, 0)]
    [InlineData(0.01, 1, 100, 1e-6, 0.954217953, 0, 0.530151)]
    public void Epsilon_TableOfLossDistributions_IsBracketed(
        double q, double z, long steps, double delta, double peer, double optimistic, double centralLimit)
    {
        PrivacyBracket bracket = PrivacyAccountant.Epsilon(Reference.Sampled(z, q, steps), delta);
        Assert.InRange(bracket.Upper, optimistic, 1.001 * peer);
        Assert.InRange(bracket.Lower, Math.Max(optimistic, centralLimit), peer);
    }

    /// <summary>Opacus, accountants_test.py:130: its PRV accountant, ε and δ to within its errors of 0.01 and δ/1000.</summary>
    [Fact]
    public void Epsilon_OpacusPrv_IsNotExceeded() =>
        Assert.InRange(PrivacyAccountant.Epsilon(Reference.Sampled(1.5, 0.04, 2249), 1e-5).Upper, 6.777395712150674 - 0.02, 6.777395712150674);

    /// <summary>Opacus, accountants_test.py:177,193: found by PRV to 0.01 of ε = 8. By the central limit it would be 1.3232421875: too little.</summary>
    [Theory]
    [InlineData(2250, 1.34765625)]
    [InlineData(2000, 1.2915)]
    public void NoiseMultiplier_OpacusPrv_IsNotExceeded(long steps, double expected)
    {
        double z = Calibration.NoiseMultiplier(z => Reference.Sampled(z, 0.04, steps), 8, 1e-5);
        Assert.InRange(z / expected, 0.995, 1.0005);
        Assert.True(steps < 2250 || z > 1.3232421875);
    }

    /// <summary>TF-privacy, compute_dp_sgd_privacy_test.py:86-93, 1.2 epochs (two releases, or 120 of q = 0.01), z = 0.7 or, with microbatches, half.</summary>
    [Theory]
    [InlineData(0.7, 1, 2, 10.8602036, 10.1224946)]
    [InlineData(0.35, 1, 2, 26.2880374, 24.7160779)]
    [InlineData(0.7, 0.01, 120, 3.2392676, 2.4612381)]
    [InlineData(0.35, 0.01, 120, 22.6248601, 18.6977407)]
    public void Epsilon_TensorFlowPrivacyExamples_AreReproduced(double z, double q, long steps, double byRenyi, double byLosses)
    {
        PrivacyEvent history = Reference.Sampled(z, q, steps);
        double renyi = RenyiAccountant.Epsilon(history, 1e-5);
        Assert.InRange(renyi / byRenyi, q < 1 ? 0.97 : 1 - 1e-7, 1 + 1e-7);
        PrivacyBracket bracket = PrivacyAccountant.Epsilon(history, 1e-5);
        Assert.InRange(bracket.Upper, 0.99 * byLosses, 1.001 * byLosses);
        Assert.True(bracket.Lower <= byLosses * (1 + 1e-6));
    }

    /// <summary>The same file's statements, to three decimals: 10,000 examples, batches of 64, z = 2 with microbatches, 5 epochs.</summary>
    [Theory]
    [InlineData(1, 5, 13.376, 12.595)]
    [InlineData(0.0064, 782, 1.616, 1.199)]
    public void Epsilon_TensorFlowPrivacyStatements_AreReproduced(double q, long steps, double byRenyi, double byLosses)
    {
        PrivacyEvent history = Reference.Sampled(1, q, steps);
        Assert.InRange(RenyiAccountant.Epsilon(history, 1e-6), byRenyi - 0.0006, byRenyi + 0.0006);
        Assert.InRange(PrivacyAccountant.Epsilon(history, 1e-6).Upper, byLosses * 0.99, byLosses + 0.0006);
    }

    /// <summary>TF-privacy, compute_dp_sgd_privacy_test.py:44, at its own order 1.25, where it drops the signs.</summary>
    [Fact]
    public void Epsilon_TensorFlowPrivacyLittleNoise_IsNotExceeded()
    {
        PrivacyEvent history = Reference.Sampled(0.1, 1024 / 1e8, 976_563);
        Assert.True(RenyiConversion.Epsilon(RenyiProfile.Of(history, [1.25]), 1e-7) <= 5907982.3113978775 * (1 + 1e-9));
        PrivacyBracket bracket = PrivacyAccountant.Epsilon(history, 1e-7);
        Assert.InRange(bracket.Upper, 1 / (2 * 0.1 * 0.1), 5907982.3113978775);
    }

    /// <summary>dp_accounting, rdp_privacy_accountant_test.py:728: a divergence of 1.1 at every order from 2 to 32; 32 is the best.</summary>
    [Fact]
    public void Conversion_OneDivergenceAtAllOrders_IsTheValueOfDpAccounting()
    {
        double[] orders = [.. Enumerable.Range(2, 31).Select(a => (double)a)];
        var profile = new RenyiProfile(orders, [.. orders.Select(_ => 1.1)], 0);
        Assert.Equal(1.32783806176, RenyiConversion.Epsilon(profile, 1e-5), 1e-10);
    }

    /// <summary>dp_accounting, rdp_privacy_accountant_test.py:829: DP-FTRL over 1600 steps, one participation.</summary>
    [Theory]
    [InlineData(1.13, 19.74)]
    [InlineData(8.83, 2.04)]
    public void Epsilon_Tree_IsBelowDpAccountings(double noise, double most)
    {
        double z = noise / Math.Sqrt(new TreeStrategy(1600, Participation.Once).SquaredSensitivity);
        var release = new GaussianEvent(z, Reference.AddOrRemove);
        Assert.InRange(RenyiAccountant.Epsilon(release, 1e-6), 0.85 * most, most); // its orders are fewer
        Assert.True(PrivacyAccountant.Epsilon(release, 1e-6).Upper < most);
    }

    /// <summary>dp_accounting, pld_privacy_accountant_test.py: the best attack on μ = 1, and on three releases of σ = √3.</summary>
    [Theory]
    [InlineData(0.1, 0.38914, 1e-5)]
    [InlineData(1e-3, 0.01830, 1e-5)]
    [InlineData(1e-4, 0.003274, 1e-6)]
    [InlineData(1e-5, 0.0005475, 1e-7)]
    [InlineData(1e-6, 8.7218e-5, 1e-9)]
    [InlineData(1e-7, 1.3385e-5, 1e-9)]
    [InlineData(1e-8, 1.99405e-6, 1e-11)]
    [InlineData(1e-9, 2.8993e-7, 1e-11)]
    [InlineData(1e-10, 4.1303e-8, 1e-12)]
    public void Delta_DualOfTheTradeOff_IsTheGaussianCurve(double falsePositives, double truePositives, double tolerance)
    {
        foreach (PrivacyEvent history in (PrivacyEvent[])
            [new GaussianEvent(1, Reference.AddOrRemove), Reference.Sampled(Math.Sqrt(3), 1, 3)])
        {
            // TPR = min over ε of e^ε·FPR + δ(ε): convex in e^ε.
            double low = 0, high = 20;
            for (int i = 0; i < 100; i++)
            {
                double a = low + ((high - low) / 3), b = high - ((high - low) / 3);
                (low, high) = At(a) < At(b) ? (low, b) : (a, high);
            }

            Assert.Equal(truePositives, At(low), tolerance);
            double At(double epsilon) => (Math.Exp(epsilon) * falsePositives) + PrivacyAccountant.Delta(history, epsilon).Upper;
        }
    }

    /// <summary>dp_accounting, privacy_loss_mechanism_test.py:878-920: σ = 1, q = 0.8, each direction by itself.</summary>
    [Theory]
    [InlineData(true, 0.0231362104090899)]
    [InlineData(false, 0.0816951786585355)]
    public void Delta_OneDirection_IsBracketed(bool added, double expected)
    {
        PrivacyEvent history = Reference.Sampled(1, 0.8, 1);
        (double lower, double upper) = LossSearch.Answer(LossHistory.Of(history, added, above: true).Parts, new DeltaQuestion(1), 0);
        Assert.InRange(expected, lower, upper);
        Assert.InRange(upper, expected, 1.001 * expected);
    }

    /// <summary>True Gaussians beside zCDP, δ = 10⁻⁶, and σ of the analytic mechanism: mpmath.</summary>
    [Fact]
    public void AnalyticGaussian_MoreValues_AreExact()
    {
        foreach ((double rho, double epsilon) in ((double, double)[])
            [(0.1, 1.994526901), (0.5, 4.886554117), (0.81, 6.445483141), (1, 7.286080966)])
        {
            Assert.Equal(epsilon, AnalyticGaussian.Epsilon(1 / Math.Sqrt(2 * rho), 1e-6), 1e-9);
            Assert.True(RenyiAccountant.Epsilon(new ConcentratedEvent(rho, Reference.AddOrRemove), 1e-6) > epsilon);
        }

        Assert.Equal(1, AnalyticGaussian.NoiseMultiplier(0.1, 1e-6) / 36.3046904262, 1e-10);
        Assert.Equal(1, AnalyticGaussian.NoiseMultiplier(1, 1e-8) / 5.10030878753, 1e-10);
    }

    /// <summary>
    /// Little noise, many batches: bins were wider than e^h can hold, and the upper tail was lost; then the lower end was above the
    /// truth. The truth is that of a binomial count of Gaussian losses: 283524489.88 and 75881411.77.
    /// </summary>
    [Theory]
    [InlineData(0.001, 0.5, 1000, 1e-5, 283524489, 283524490)]
    [InlineData(0.0019294153670397587, 4.044049293577391E-05, 12_477_448, 0.004076555132273461, 75881411, 75881412)]
    public void Epsilon_HugeLosses_AreBracketedWithoutHelp(double z, double q, long steps, double delta, double least, double most)
    {
        PrivacyBracket bracket = LossDistributionAccountant.Epsilon(Reference.Sampled(z, q, steps), delta);
        Assert.True(bracket.Lower <= most, $"{bracket}");
        Assert.True(bracket.Upper >= least, $"{bracket}");
    }

    /// <summary>Atoms of two lattices, of which one grid holds one: tangents fell below 0, and δ from below was above that from above.</summary>
    [Fact]
    public void Delta_AtomsBetweenGridPoints_IsBracketed()
    {
        var history = new ComposedEvent(
            new RepeatedEvent(new GaussianEvent(0.023999369489029334, Reference.AddOrRemove), 28),
            new RepeatedEvent(new DiscreteGaussianEvent(0.3335890465190041, 1, 0, Reference.AddOrRemove), 66),
            new RepeatedEvent(new DiscreteGaussianEvent(0.9046347363351457, 1, 0, Reference.AddOrRemove), 506));
        PrivacyBracket epsilon = LossDistributionAccountant.Epsilon(history, 2.2103025102961712E-06);
        PrivacyBracket delta = LossDistributionAccountant.Delta(history, epsilon.Upper);
        Assert.True(epsilon.Lower <= epsilon.Upper && delta.Lower <= delta.Upper, $"{epsilon} {delta}");
        Assert.True(delta.Lower <= 2.2103025102961712E-06, $"{delta}");
    }

    /// <summary>More releases than indices: the other methods answer.</summary>
    [Fact]
    public void Epsilon_MoreReleasesThanIndices_IsFinite() =>
        Assert.InRange(PrivacyAccountant.Epsilon(Reference.Sampled(1000, 1e-6, long.MaxValue), 1e-5).Upper, 1e-6, 1e6);
}
