// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Clipping;
using FedKernel.Privacy.Layers;
using FedKernel.Privacy.Ledger;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Privacy.Layers;

/// <summary>Known answers: z = (1, 2, 4) evaluated with mpmath from Balle and Wang's formula at (Σ z⁻²)^(−1/2).</summary>
public sealed class LayerwiseNoiseTests : IDisposable
{
    private static readonly ParameterLayout _layout = new([("a", [3000]), ("b", [700]), ("c", [5000]), ("d", [300])]);

    private readonly CpuDevice _device = new();

    [Fact]
    public void Event_OneTwoFour_IsTheKnownEpsilon()
    {
        var noise = new LayerwiseNoise([1, 2, 4], NeighbouringRelation.AddOrRemoveOne);
        Assert.Equal(0.87287156094397, noise.EffectiveMultiplier, 1e-13);
        Assert.Equal(1, PrivacyAccountant.Epsilon(noise.Event, 1e-5).Upper / 5.12736825681, 1e-9);
    }

    [Theory]
    [InlineData(NeighbouringRelation.AddOrRemoveOne, 1)]
    [InlineData(NeighbouringRelation.ReplaceOne, 2)]
    public void AddNoise_EachGroup_HasItsOwnDeviation(NeighbouringRelation relation, double times)
    {
        // A group in two pieces: a and c together.
        ParameterGroups groups = ParameterGroups.Named(_layout, [("ac", ["a", "c"]), ("b", ["b"]), ("d", ["d"])]);
        var bounds = new GroupBounds(groups, [0.5, 3, 10]);
        var noise = new LayerwiseNoise([1, 2, 4], relation);
        using var key = Key();
        using ModelUpdate update = ModelUpdate.Upload(_device, _layout, new float[9000]);
        BoundedUpdate bounded = new GroupClipping(bounds).Clip(update).Bounded!;
        Assert.Equal(noise.Event, new LayerwiseGaussianMechanism(noise).AddNoise(bounded, key, 3));
        float[] x = update.Values.ToArray();
        double[] sigmas = [0.5 * times, 6 * times, 40 * times];
        AssertVariance(x[..3000], sigmas[0]);
        AssertVariance(x[3700..8700], sigmas[0]);
        AssertVariance(x[3000..3700], sigmas[1]);
        AssertVariance(x[8700..], sigmas[2]);
        // No sample appears twice: pieces that shared one would cancel it.
        Assert.Equal(
            9000,
            groups.Items.SelectMany((g, l) => g.Windows.SelectMany(w => x.Skip((int)w.Start).Take((int)w.Length).Select(v => v / sigmas[l])))
                .Distinct().Count(),
            20.0);
    }

    [Fact]
    public void ClipAndAddNoise_EveryClipping_HasTheBitsOfOneAfterTheOther()
    {
        var random = new SimulationRandom(new SimulationSeed(2));
        float[] values = [.. Enumerable.Range(0, 9000).Select(_ => (float)random.NextNormal())];
        var noise = new LayerwiseNoise([1, 2, 4, 0.5], NeighbouringRelation.AddOrRemoveOne);
        var bounds = new GroupBounds(ParameterGroups.PerTensor(_layout), [1, 1000, 0.1, 7]);
        var mechanism = new LayerwiseGaussianMechanism(noise);
        foreach (UpdateClipping clipping in new UpdateClipping[] { new GroupClipping(bounds), new AutomaticClipping(bounds, 0.01) })
        {
            using var key = Key();
            using ModelUpdate fused = ModelUpdate.Upload(_device, _layout, values), apart = ModelUpdate.Upload(_device, _layout, values);
            NoisedUpdate released = mechanism.ClipAndAddNoise(clipping, fused, key, 1);
            Assert.Equal(noise.Event, released.Event);
            mechanism.AddNoise(clipping.Clip(apart).Bounded!, key, 1);
            Assert.Equal(apart.Values.ToArray(), fused.Values.ToArray());
        }
    }

    [Fact]
    public void ClipAndAddNoise_NonFinite_ReleasesNothing()
    {
        var values = new float[9000];
        values[8999] = float.NaN;
        using var key = Key();
        using ModelUpdate update = ModelUpdate.Upload(_device, _layout, values);
        NoisedUpdate released = new LayerwiseGaussianMechanism(new LayerwiseNoise([1], NeighbouringRelation.AddOrRemoveOne))
            .ClipAndAddNoise(new L2Clipping(1), update, key, 1);
        Assert.Null(released.Event);
        Assert.Equal(1, released.Clipping.NonFiniteCount);
        Assert.Equal(values, update.Values.ToArray());
    }

    [Fact]
    public void AddNoise_OneGroup_HasTheBitsOfTheFlatMechanism()
    {
        using var key = Key();
        using ModelUpdate one = ModelUpdate.Upload(_device, _layout, new float[9000]), other = ModelUpdate.Upload(_device, _layout, new float[9000]);
        var clipping = new L2Clipping(3);
        new LayerwiseGaussianMechanism(new LayerwiseNoise([1.5], NeighbouringRelation.ReplaceOne)).AddNoise(clipping.Clip(one).Bounded!, key, 1);
        new GaussianMechanism(1.5, NeighbouringRelation.ReplaceOne).AddNoise(clipping.Clip(other).Bounded!, key, 1);
        Assert.Equal(other.Values.ToArray(), one.Values.ToArray());
    }

    [Fact]
    public void AddNoiseToSum_ServerSide_ScalesWithTheDenominator()
    {
        using var key = Key();
        using var sum = new ClippedSum(_device, _layout, GroupClipping.PerLayer(_layout, 2), CappedWeights.Uniform(10));
        using DeviceBuffer<float> mean = _device.Allocate<float>(9000);
        var noise = new LayerwiseNoise([1, 1, 1, 1], NeighbouringRelation.AddOrRemoveOne);
        new LayerwiseGaussianMechanism(noise).AddNoiseToSum(sum.Resolve(mean), key, 1);
        // C / √4 = 1 of each layer, over 10.
        AssertVariance(mean.ToArray(), 0.1);
    }

    [Fact]
    public void Allocation_AnySplit_GivesBackTheTotal()
    {
        var bounds = new GroupBounds(ParameterGroups.PerTensor(_layout), [1, 0.1, 3, 2]);
        foreach (IReadOnlyList<double> z in new[]
        {
            NoiseAllocation.Equal(1.3, 4), NoiseAllocation.ByShares(1.3, [1, 2, 5, 0.1]), NoiseAllocation.ByDimension(1.3, bounds),
        })
        {
            Assert.Equal(1.3, new LayerwiseNoise(z, NeighbouringRelation.AddOrRemoveOne).EffectiveMultiplier, 1e-13);
        }

        Assert.All(NoiseAllocation.Equal(1.3, 4), z => Assert.Equal(2.6, z, 1e-13));
    }

    [Fact]
    public void ByDimension_AgainstOtherSplits_HasTheLeastVariance()
    {
        var bounds = new GroupBounds(ParameterGroups.PerTensor(_layout), [1, 0.1, 3, 2]);
        double Variance(IReadOnlyList<double> z) => z.Select((v, l) => _layout.Slots[l].Length * Math.Pow(v * bounds.Bounds[l], 2)).Sum();
        double least = Variance(NoiseAllocation.ByDimension(1, bounds));
        var random = new SimulationRandom(new SimulationSeed(4));
        Assert.True(least < Variance(NoiseAllocation.Equal(1, 4)) * 0.9);
        for (int trial = 0; trial < 200; trial++)
        {
            Assert.True(least <= Variance(NoiseAllocation.ByShares(1, [.. Enumerable.Range(0, 4).Select(_ => Math.Exp(random.NextNormal()))])));
        }
    }

    [Fact]
    public void AddNoise_ChargeOfAnotherEventOrUsedUp_LeavesTheValues()
    {
        using var key = Key();
        using ModelUpdate update = ModelUpdate.Upload(_device, _layout, new float[9000]);
        var mechanism = new LayerwiseGaussianMechanism(new LayerwiseNoise([1, 2, 4, 8], NeighbouringRelation.AddOrRemoveOne));
        GroupClipping clipping = GroupClipping.PerLayer(_layout, 1);
        BoundedUpdate bounded = clipping.Clip(update).Bounded!;
        var other = new PrivacyCharge("heart", new LedgerHead(1, ""), new GaussianEvent(1, NeighbouringRelation.AddOrRemoveOne), 1);
        Assert.Throws<PrivacyBudgetException>(() => mechanism.AddNoise(bounded, key, 1, charge: other));
        Assert.All(update.Values.ToArray(), v => Assert.Equal(0, v));
        var charge = new PrivacyCharge("heart", new LedgerHead(1, ""), mechanism.Noise.Event, 1);
        mechanism.ClipAndAddNoise(clipping, update, key, 1, charge: charge);
        float[] released = update.Values.ToArray();
        Assert.Throws<PrivacyBudgetException>(() => mechanism.AddNoise(bounded, key, 2, charge: charge));
        Assert.Equal(released, update.Values.ToArray());
    }

    [Fact]
    public void Noise_BadInput_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerwiseNoise([], NeighbouringRelation.AddOrRemoveOne));
        foreach (double bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new LayerwiseNoise([1, bad], NeighbouringRelation.AddOrRemoveOne));
            Assert.Throws<ArgumentOutOfRangeException>(() => NoiseAllocation.ByShares(1, [1, bad]));
            Assert.Throws<ArgumentOutOfRangeException>(() => NoiseAllocation.Equal(bad, 3));
        }

        using var key = Key();
        using ModelUpdate update = ModelUpdate.Upload(_device, _layout, new float[9000]);
        BoundedUpdate flat = new L2Clipping(1).Clip(update).Bounded!;
        var mechanism = new LayerwiseGaussianMechanism(new LayerwiseNoise([1, 2], NeighbouringRelation.AddOrRemoveOne));
        Assert.Throws<ArgumentException>(() => mechanism.AddNoise(flat, key, 1));
    }

    public void Dispose() => _device.Dispose();

    private static SecretKey256 Key() => SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    /// <summary>Six standard errors; the key is fixed, so it cannot flake.</summary>
    private static void AssertVariance(float[] x, double sigma)
    {
        double ratio = x.Average(v => (double)v * v) / (sigma * sigma);
        Assert.InRange(ratio, 1 - (6 * Math.Sqrt(2.0 / x.Length)), 1 + (6 * Math.Sqrt(2.0 / x.Length)));
    }
}
