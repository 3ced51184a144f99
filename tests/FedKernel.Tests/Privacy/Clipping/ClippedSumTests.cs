// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Clipping;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Privacy.Clipping;

public sealed class ClippedSumTests : IDisposable
{
    private static readonly ParameterLayout _layout = new([("w", [500]), ("b", [13])]);

    private readonly CpuDevice _device = new();

    [Theory]
    [InlineData("flat")]
    [InlineData("layers")]
    [InlineData("automatic")]
    public void Integers_RandomNeighbours_DifferByAtMostTheBoundExactly(string kind)
    {
        UpdateClipping clipping = kind switch
        {
            "flat" => new L2Clipping(0.3),
            "layers" => new GroupClipping(new GroupBounds(ParameterGroups.PerTensor(_layout), [0.3, 2.5e-5])),
            _ => new AutomaticClipping(0.3, 0.01),
        };
        GroupBounds bounds = clipping.BoundsFor(_layout);
        var random = new SimulationRandom(new SimulationSeed(8));
        for (int trial = 0; trial < 20; trial++)
        {
            float[][] cohort = [.. Enumerable.Range(0, 6).Select(_ => Random(random, Math.Exp(4 * random.NextNormal())))];
            using ClippedSum with = Sum(clipping, cohort), without = Sum(clipping, cohort[1..]);
            long[] x = with.Integers.ToArray(), y = without.Integers.ToArray();
            for (int g = 0; g < bounds.Bounds.Count; g++)
            {
                // Exact integers: no tolerance.
                Int128 squares = 0;
                foreach (ParameterWindow w in bounds.Groups.Items[g].Windows)
                {
                    for (long i = w.Start; i < w.Start + w.Length; i++)
                    {
                        Int128 difference = x[i] - y[i];
                        squares += difference * difference;
                    }
                }

                double bound = Math.ScaleB(bounds.Bounds[g], with.FractionBits[g]);
                Assert.True((double)squares <= bound * bound, $"{kind} {g}: {Math.Sqrt((double)squares):R} of {bound:R}");
            }
        }
    }

    [Fact]
    public void Resolve_AnyOrder_SameBitsAndTheWeightedMean()
    {
        var random = new SimulationRandom(new SimulationSeed(9));
        float[][] cohort = [.. Enumerable.Range(0, 5).Select(i => Random(random, i))];
        double[] counts = [10, 200, 35, 100, 64];
        var weights = new CappedWeights(exampleCap: 100, expectedTotal: 4);
        float[] Mean(int[] order, out BoundedSum bounded)
        {
            using var sum = new ClippedSum(_device, _layout, new L2Clipping(20), weights);
            foreach (int i in order)
            {
                using ModelUpdate update = ModelUpdate.Upload(_device, _layout, cohort[i]);
                Assert.True(sum.Fold(update, counts[i]));
                Assert.Equal(cohort[i], update.Values.ToArray());
            }

            using DeviceBuffer<float> mean = _device.Allocate<float>(_layout.Length);
            bounded = sum.Resolve(mean);
            return mean.ToArray();
        }

        float[] mean = Mean([0, 1, 2, 3, 4], out BoundedSum bounded);
        Assert.Equal(mean, Mean([3, 1, 4, 0, 2], out _));
        Assert.Equal(5, bounded.Bounds.Total);
        Assert.Equal(10, bounded.Bounds.Sensitivity(NeighbouringRelation.ReplaceOne));
        for (int k = 0; k < mean.Length; k++)
        {
            double expected = 0;
            for (int i = 0; i < cohort.Length; i++)
            {
                double norm = Math.Sqrt(cohort[i].Sum(v => (double)v * v));
                expected += weights.Weight(counts[i]) * (norm > 20 ? 20 / norm : 1) * cohort[i][k] / 4;
            }

            Assert.Equal(expected, mean[k], 1e-6);
        }
    }

    [Fact]
    public void Fold_NonFinite_IsDroppedAndCountedAndTheSumGoesOn()
    {
        using var sum = new ClippedSum(_device, _layout, new L2Clipping(1), CappedWeights.Uniform(2));
        var bad = new float[513];
        bad[512] = float.NaN;
        using ModelUpdate broken = ModelUpdate.Upload(_device, _layout, bad);
        Assert.False(sum.Fold(broken));
        Assert.All(sum.Integers.ToArray(), v => Assert.Equal(0, v));
        using ModelUpdate fine = ModelUpdate.Upload(_device, _layout, new float[513]);
        Assert.True(sum.Fold(fine));
        Assert.Equal((1, 1), (sum.Count, sum.DroppedCount));
    }

    [Fact]
    public void FoldMany_MoreThanAPass_HasTheIntegersOfOneByOne()
    {
        var random = new SimulationRandom(new SimulationSeed(10));
        var clipping = GroupClipping.PerLayer(_layout, 3);
        var weights = new CappedWeights(50, 70);
        using ClippedSum one = new(_device, _layout, clipping, weights), many = new(_device, _layout, clipping, weights);
        ModelUpdate[] updates = [.. Enumerable.Range(0, 150).Select(i => ModelUpdate.Upload(_device, _layout, Random(random, i / 30.0)))];
        updates[70].Values.CopyFrom([float.PositiveInfinity], 100);
        double[] counts = [.. updates.Select((_, i) => 1.0 + i)];
        for (int i = 0; i < updates.Length; i++)
        {
            Assert.Equal(i != 70, one.Fold(updates[i], counts[i]));
        }

        Assert.Equal(149, many.FoldMany(updates, counts));
        Assert.Equal(one.Integers.ToArray(), many.Integers.ToArray());
        Assert.Equal((149, 1), (many.Count, many.DroppedCount));
        Assert.Throws<ArgumentException>(() => many.FoldMany(updates, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => many.FoldMany(updates[..2], [1, -1]));
        Assert.Equal(149, many.Count);
        Array.ForEach(updates, u => u.Dispose());
    }

    [Fact]
    public void Fold_WrongLayoutOrCount_IsRefused()
    {
        using var sum = new ClippedSum(_device, _layout, new L2Clipping(1), CappedWeights.Uniform(2));
        using ModelUpdate other = ModelUpdate.Upload(_device, ParameterLayout.Flat(513), new float[513]);
        Assert.Throws<ArgumentException>(() => sum.Fold(other));
        using ModelUpdate update = ModelUpdate.Upload(_device, _layout, new float[513]);
        foreach (double bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => sum.Fold(update, bad));
        }
    }

    [Fact]
    public void CappedWeights_OfMcMahan_AreCappedOverAFixedDenominator()
    {
        // arXiv 1710.06963, section 3: w = min(n / cap, 1), sensitivity C / (qW).
        var weights = CappedWeights.ForFederation([50, 100, 1000], exampleCap: 100, samplingProbability: 0.5);
        Assert.Equal(1.25, weights.ExpectedTotal);
        Assert.Equal([0.5, 1, 1], new[] { 50.0, 100, 1000 }.Select(weights.Weight));
        Assert.Equal(2 / 1.25, weights.Sensitivity(2, NeighbouringRelation.AddOrRemoveOne));
        Assert.Equal(4 / 1.25, weights.Sensitivity(2, NeighbouringRelation.ReplaceOne));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CappedWeights(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CappedWeights(1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => CappedWeights.ForFederation([1], 1, 1.1));
    }

    public void Dispose() => _device.Dispose();

    private static float[] Random(SimulationRandom random, double size) =>
        [.. Enumerable.Range(0, 513).Select(_ => (float)(size * random.NextNormal()))];

    private ClippedSum Sum(UpdateClipping clipping, float[][] cohort)
    {
        var sum = new ClippedSum(_device, _layout, clipping, CappedWeights.Uniform(6));
        foreach (float[] values in cohort)
        {
            using ModelUpdate update = ModelUpdate.Upload(_device, _layout, values);
            sum.Fold(update);
        }

        return sum;
    }
}
