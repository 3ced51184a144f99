// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Discrete;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Privacy.Discrete;

public sealed class LaplaceMechanismTests
{
    private readonly SecretKey256 _key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    [Fact]
    public void Event_IsThePureGuarantee_RoundedUp()
    {
        var mechanism = new LaplaceMechanism(3, 2, NeighbouringRelation.ReplaceOne);
        Assert.Equal(Math.BitIncrement(2.0 / 3), mechanism.Event.Epsilon);
        Assert.Equal(0, mechanism.Event.Delta);
        Assert.Equal(NeighbouringRelation.ReplaceOne, mechanism.Event.Relation);
        LaplaceMechanism calibrated = LaplaceMechanism.Of(0.3, 1, NeighbouringRelation.AddOrRemoveOne);
        Assert.InRange(calibrated.Event.Epsilon, 0.3 * (1 - 1e-15), 0.3 * (1 + 1e-15));
        Assert.True(calibrated.Scale >= 1 / 0.3);
    }

    /// <summary>
    /// Why not a <see cref="LaplaceEvent"/>: at Δ = b = 1 the discrete law is δ(0) = 0.462 private, as randomized response is; continuous
    /// Laplace noise of the same ε is 1 − e^−½ = 0.393 private.
    /// </summary>
    [Fact]
    public void Event_IsNotThatOfContinuousLaplace_WhichWouldUnderstateIt()
    {
        double q = Math.Exp(-1), distance = 0;
        for (int k = -60; k <= 61; k++)
        {
            distance += (1 - q) / (1 + q) * Math.Abs(Math.Pow(q, Math.Abs(k)) - Math.Pow(q, Math.Abs(k - 1))) / 2;
        }

        Assert.Equal(Math.Tanh(0.5), distance, 1e-12);
        Assert.True(distance > 1 - Math.Exp(-0.5));
        Assert.IsType<ApproximateEvent>(new LaplaceMechanism(1, 1, NeighbouringRelation.AddOrRemoveOne).Event);
    }

    /// <summary>Variance 2q/(1 − q)² of 20000 draws within five standard errors (kurtosis about 6): 6·10⁻⁷ for a fresh key.</summary>
    [Fact]
    public void AddNoise_Histogram_HasTheVarianceAndKeepsTheCounts()
    {
        long[] values = new long[20_000];
        Array.Fill(values, 1_000_000L);
        new LaplaceMechanism(20, 1, NeighbouringRelation.AddOrRemoveOne).AddNoise(values, _key, 1);
        double q = Math.Exp(-1.0 / 20), variance = 2 * q / ((1 - q) * (1 - q));
        double mean = values.Average() - 1_000_000, second = values.Average(v => Math.Pow(v - 1_000_000, 2));
        Assert.InRange(mean, -5 * Math.Sqrt(variance / 20_000), 5 * Math.Sqrt(variance / 20_000));
        Assert.InRange(second / variance, 1 - (5 * Math.Sqrt(5.0 / 20_000)), 1 + (5 * Math.Sqrt(5.0 / 20_000)));
    }

    [Fact]
    public void Release_SameNameSameNoise_OtherNameOther_AndTheEndsHold()
    {
        var mechanism = new LaplaceMechanism(1e9, 1, NeighbouringRelation.AddOrRemoveOne);
        Assert.Equal(mechanism.Release(5, _key, 1), mechanism.Release(5, _key, 1));
        Assert.NotEqual(mechanism.Release(5, _key, 1), mechanism.Release(5, _key, 2));
        long[] ends = new long[64];
        Array.Fill(ends, long.MaxValue);
        mechanism.AddNoise(ends, _key, 3);
        Assert.Contains(long.MaxValue, ends);
        Assert.All(ends, v => Assert.True(v > long.MaxValue / 2));
    }

    [Fact]
    public void Constructor_BadInput_NamesTheRange()
    {
        foreach (double scale in (double[])[0, -1, double.NaN, double.PositiveInfinity])
        {
            Refused(() => new LaplaceMechanism(scale, 1, NeighbouringRelation.AddOrRemoveOne));
            Refused(() => LaplaceMechanism.Of(scale, 1, NeighbouringRelation.AddOrRemoveOne));
        }

        Refused(() => new LaplaceMechanism(1, 0, NeighbouringRelation.AddOrRemoveOne));
        static void Refused(Func<object> make) =>
            Assert.Contains("Must lie in", Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);
    }
}
