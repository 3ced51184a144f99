// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Grid;
using FedKernel.Random;
using FedKernel.Updates;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace FedKernel.Tests.Privacy.Grid;

public sealed class GridClippingTests : IDisposable
{
    private readonly CpuDevice _device = new(threadCount: 1);
    private readonly SecretKey256 _key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    /// <summary>Every kind of vector that rounding could lengthen, clipped and not, in both ways of rounding.</summary>
    [Fact]
    public void Clip_AdversarialVectors_ExactIntegerNormIsAtMostTheBound()
    {
        Gen<(int Kind, int Dimension, int GridBound, double Bound, ulong Seed)> cases =
            from kind in Gen.Choose(0, 5)
            from dimension in Gen.Choose(1, 700)
            from spare in Gen.Choose(0, 3000)
            from exponent in Gen.Choose(-40, 40)
            from seed in Gen.Choose(0, int.MaxValue)
            select (kind, dimension, (int)Math.Ceiling(Math.Sqrt(dimension)) + 8 + spare, Math.ScaleB(1.37, exponent), (ulong)seed);
        Prop.ForAll(Arb.From(cases), c =>
        {
            float[] x = Adversary(c.Kind, c.Dimension, c.GridBound, c.Bound, c.Seed);
            AssertWithin(c.GridBound, Clip(x, new GridClipping(c.Bound, c.GridBound), out _), x);
            var stochastic = new StochasticGridClipping(c.Bound, c.GridBound, 0.5);
            if (RoundedNorm.Inverse(c.GridBound, 0.5, c.Dimension) >= 0.5 * c.GridBound)
            {
                AssertWithin(c.GridBound, Clip(x, stochastic, (uint)(c.Seed & 0xFFFF), out _), x);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(600).WithReplay(17, 4711));
    }

    /// <summary>Every vector of three values out of 41 around the rounding edges, times every small grid.</summary>
    [Fact]
    public void Clip_EveryVectorOfThree_NormIsAtMostTheBound()
    {
        float[] grid = [.. Enumerable.Range(-20, 41).Select(i => i * 0.25f * MathF.BitIncrement(1))];
        float[] all = new float[3];
        using DeviceBuffer<int> integers = _device.Allocate<int>(3);
        using ModelUpdate update = ModelUpdate.Upload(_device, ParameterLayout.Flat(3), all);
        foreach (int bound in (int[])[2, 3, 5])
        {
            // A step of 1: quarters are ties or next to them.
            var clipping = new GridClipping(bound, bound);
            int[] k = new int[3];
            foreach (float a in grid)
            {
                foreach (float b in grid)
                {
                    foreach (float c in grid)
                    {
                        (all[0], all[1], all[2]) = (a, b, c);
                        update.Values.CopyFrom(all);
                        Assert.NotNull(clipping.Clip(update, integers).Bounded);
                        integers.CopyTo(k);
                        Assert.True((k[0] * k[0]) + (k[1] * k[1]) + (k[2] * k[2]) <= bound * bound, $"({a:R}, {b:R}, {c:R}) at {bound}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Clip_EveryValueJustAboveATie_UsesTheRoomUpAndNoMore()
    {
        // 200 · 1.505 = 301 = 401 − √40000/2 steps: every value is rounded from 1.505 to 2, and 200 · 2 = 400.
        const int Dimension = 40_000;
        float[] x = new float[Dimension];
        Array.Fill(x, 1f);
        int[] k = Clip(x, new GridClipping(1, 401), out _);
        Assert.All(k, v => Assert.Equal(2, v));

        // Clipped to all 502 steps, every value would be 2.51 and be rounded to 3: a norm of 600.
        Assert.Equal(160_000, Norm2(Clip(x, new GridClipping(1, 502), out _)));
    }

    [Fact]
    public void Clip_Inside_IsTheNearestGridPoint()
    {
        var clipping = new GridClipping(2, 1 << 20);
        int[] k = Clip([0.5f, -0.25f, 1e-9f, -0f, 0.9f], clipping, out GridClippingResult result);
        Assert.Equal([1 << 18, -(1 << 17), 0, 0, 471859], k);
        Assert.Equal(2.0 / (1 << 20), result.Bounded!.Step);
        Assert.InRange(result.Factor, (1 << 19) * (1 - 2.4e-7), 1 << 19);
        Assert.Equal(1 << 20, result.Bounded.Sensitivity(NeighbouringRelation.AddOrRemoveOne));
        Assert.Equal(1 << 21, result.Bounded.Sensitivity(NeighbouringRelation.ReplaceOne));
    }

    [Theory]
    [InlineData(3, 5, 6L)] // ⌊√5 · 3⌋ = 6, below 9
    [InlineData(3, 9, 9L)] // √9 · 3 = 9 = S²
    [InlineData(3, 9_000_000, 9L)] // S² however many elements
    [InlineData(1 << 20, 10_000, 100L << 20)]
    public void SensitivityL1_IsTheSmallerOfBothBounds(int gridBound, int dimension, long expected)
    {
        using DeviceBuffer<int> integers = _device.Allocate<int>(dimension);
        var bounded = new BoundedGridUpdate(ParameterLayout.Flat(dimension), integers, gridBound, 1);
        Assert.Equal(expected, bounded.SensitivityL1(NeighbouringRelation.AddOrRemoveOne));
        Assert.Equal(2 * expected, bounded.SensitivityL1(NeighbouringRelation.ReplaceOne));
    }

    [Fact]
    public void Clip_NonFinite_IsRefusedAndCounted()
    {
        float[] x = [1f, float.NaN, float.NegativeInfinity, 2f];
        using ModelUpdate update = ModelUpdate.Upload(_device, ParameterLayout.Flat(4), x);
        using DeviceBuffer<int> integers = _device.Upload<int>([7, 7, 7, 7]);
        foreach (GridClippingResult result in (GridClippingResult[])
            [new GridClipping(1, 100).Clip(update, integers), new StochasticGridClipping(1, 100).Clip(update, integers, _key, 1)])
        {
            Assert.Null(result.Bounded);
            Assert.Equal(2, result.NonFiniteCount);
            Assert.Equal([7, 7, 7, 7], integers.ToArray());
        }
    }

    [Fact]
    public void Clip_LargestAndSmallestFloats_StayWithin()
    {
        Assert.True(Norm2(Clip([float.MaxValue, -float.MaxValue], new GridClipping(1, 1000), out _)) <= 1_000_000);
        Assert.Equal([0, 0], Clip([float.Epsilon, -float.Epsilon], new GridClipping(1, 1000), out _));
        Assert.Equal([0, 0], Clip([0, 0], new GridClipping(1, 1000), out _));
    }

    /// <summary>Mean of 4000 roundings of each value: five standard errors, 6·10⁻⁷ a value for a fresh key; this key is fixed.</summary>
    [Fact]
    public void Stochastic_ManyRoundings_AreUnbiased()
    {
        float[] x = [0.1f, -0.37f, 0.5f, 0.99f, 0.001f];
        const int Trials = 4000, Steps = 64;
        double[] sum = new double[x.Length];
        var clipping = new StochasticGridClipping(4, 4 * Steps, 0);
        for (uint t = 0; t < Trials; t++)
        {
            int[] k = Clip(x, clipping, t, out GridClippingResult result);
            Assert.Equal(0, result.Retries);
            for (int i = 0; i < x.Length; i++)
            {
                sum[i] += k[i];
            }
        }

        for (int i = 0; i < x.Length; i++)
        {
            double scaled = x[i] * Steps, fraction = scaled - Math.Floor(scaled);
            double error = 5 * Math.Sqrt(fraction * (1 - fraction) / Trials);
            Assert.InRange(sum[i] / Trials, scaled - error - 1e-5, scaled + error + 1e-5);
        }
    }

    /// <summary>A room that is far too large for the bound: rounding must be drawn again, or give up and cut off.</summary>
    [Fact]
    public void Stochastic_BoundInTheWay_RedrawsAndNeverPassesIt()
    {
        // β near 1 leaves nearly no room: c² + d/4 ≤ S². All fractions are ½, so every norm varies.
        const int Dimension = 2000, Bound = 60;
        var clipping = new StochasticGridClipping(1, Bound, 0.99);
        float[] x = new float[Dimension];
        double inner = clipping.InnerBound(Dimension);
        Array.Fill(x, (float)(inner / Bound / Math.Sqrt(Dimension)));
        int retries = 0;
        for (uint t = 0; t < 200; t++)
        {
            Assert.True(Norm2(Clip(x, clipping, t, out GridClippingResult result)) <= (BigInteger)Bound * Bound);
            retries += result.Retries;
        }

        Assert.True(retries > 0);
    }

    [Fact]
    public void Constructor_BadInput_NamesTheRange()
    {
        foreach (double bound in (double[])[0, -1, double.NaN, double.PositiveInfinity, 1e30])
        {
            Refused(() => new GridClipping(bound, 100));
            Refused(() => new StochasticGridClipping(bound, 100));
        }

        Refused(() => new GridClipping(1, 0));
        Refused(() => new GridClipping(1, 1 << 23));
        Refused(() => new StochasticGridClipping(1, 100, 1));
        Refused(() => new StochasticGridClipping(1, 100, double.NaN));
        static void Refused(Func<object> make) =>
            Assert.Contains("Must lie in", Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clip_TooCoarseOrWrongLength_IsRefused()
    {
        using ModelUpdate update = ModelUpdate.Upload(_device, ParameterLayout.Flat(10_000), new float[10_000]);
        using DeviceBuffer<int> integers = _device.Allocate<int>(10_000), other = _device.Allocate<int>(9_999);
        Assert.Contains(
            "at least 100", Assert.Throws<ArgumentException>(() => new GridClipping(1, 99).Clip(update, integers)).Message, StringComparison.Ordinal);
        Assert.NotNull(new GridClipping(1, 100).Clip(update, integers).Bounded);
        Assert.Throws<ArgumentException>(() => new GridClipping(1, 1000).Clip(update, other));
        Assert.Throws<ArgumentException>(() => new StochasticGridClipping(1, 56).Clip(update, integers, _key, 1));
    }

    public void Dispose()
    {
        _key.Dispose();
        _device.Dispose();
    }

    private static BigInteger Norm2(int[] k) => k.Aggregate(BigInteger.Zero, (sum, v) => sum + ((BigInteger)v * v));

    private static void AssertWithin(int bound, int[] k, float[] x) =>
        Assert.True(Norm2(k) <= (BigInteger)bound * bound, $"{Norm2(k)} > {bound}² for [{string.Join(", ", x.Take(8))} …]");

    private static float[] Adversary(int kind, int dimension, int gridBound, double bound, ulong seed)
    {
        var random = new SimulationRandom(new SimulationSeed(seed));
        double step = bound / gridBound;
        float[] x = new float[dimension];
        double share = gridBound / Math.Sqrt(dimension);
        for (int i = 0; i < dimension; i++)
        {
            double sign = random.NextBelow(2) == 0 ? 1 : -1;
            double value = kind switch
            {
                0 => random.NextNormal() * share,
                1 => Math.Floor(share) + 0.5 + (1e-6 * random.NextNormal()), // next to ties
                2 => share, // all equal, on the bound
                3 => i == 0 ? gridBound * (1 + (1e-7 * random.NextNormal())) : 0.5000001, // one large, the rest just rounds up
                4 => Math.ScaleB(random.NextNormal(), random.NextBelow(300) - 150), // all sizes, denormals too
                _ => (share - (0.5 * random.NextUniform())) * (1 + (1e-7 * random.NextNormal())),
            };
            x[i] = (float)Math.Clamp(sign * value * step, -float.MaxValue, float.MaxValue);
        }

        return x;
    }

    private int[] Clip(float[] x, GridClipping clipping, out GridClippingResult result)
    {
        using ModelUpdate update = ModelUpdate.Upload(_device, ParameterLayout.Flat(x.Length), x);
        using DeviceBuffer<int> integers = _device.Allocate<int>(x.Length);
        result = clipping.Clip(update, integers);
        Assert.NotNull(result.Bounded);
        Assert.Equal(x, update.Values.ToArray());
        return integers.ToArray();
    }

    private int[] Clip(float[] x, StochasticGridClipping clipping, uint round, out GridClippingResult result)
    {
        using ModelUpdate update = ModelUpdate.Upload(_device, ParameterLayout.Flat(x.Length), x);
        using DeviceBuffer<int> integers = _device.Allocate<int>(x.Length);
        result = clipping.Clip(update, integers, _key, round);
        Assert.NotNull(result.Bounded);
        return integers.ToArray();
    }
}
