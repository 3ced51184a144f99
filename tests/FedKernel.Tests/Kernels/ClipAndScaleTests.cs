// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Kernels;

/// <summary>The norm after clipping, in exact integers: a guarantee is not allowed to be nearly true.</summary>
public sealed class ClipAndScaleTests : IDisposable
{
    private readonly CpuDevice _device = new(threadCount: 1);

    [Fact]
    public void ClipAndScale_RandomVectors_ExactNormIsAtMostTheBound()
    {
        var random = new SimulationRandom(new SimulationSeed(11));
        for (int trial = 0; trial < 3000; trial++)
        {
            // Scales from denormal to near overflow; bounds from far below to just above the norm, or exactly on it.
            double scale = Math.Pow(2, random.NextBelow(220) - 130);
            float[] x = [.. Enumerable.Range(0, 1 + random.NextBelow(200)).Select(_ => (float)(scale * random.NextNormal()))];
            double norm = Math.Sqrt(Norm2(x));
            double bound = norm * (random.NextBelow(4) switch
            {
                0 => 1,
                1 => 1 - (random.NextUniform() * 1e-7),
                2 => 1 + (random.NextUniform() * 1e-15),
                _ => random.NextUniform(),
            });
            double weight = random.NextBelow(2) == 0 ? 1 : random.NextUniform();
            if (bound * weight * 0.99 < ClipAndScale.LeastBound)
            {
                continue;
            }

            AssertHolds(x, bound, weight);
        }
    }

    [Fact]
    public void ClipAndScale_SmallestBound_HoldsAgainstDenormals()
    {
        // Beside one large value, products around half of the smallest denormal: rounding doubles them.
        var random = new SimulationRandom(new SimulationSeed(12));
        for (int trial = 0; trial < 100; trial++)
        {
            float[] x = [.. Enumerable.Range(0, 3000).Select(_ => (float)(random.NextUniform() * 2e-15))];
            x[0] = 1;
            AssertHolds(x, ClipAndScale.LeastBound, 1);
        }
    }

    [Fact]
    public void ClipAndScale_NormThatRoundsDownToTheBound_IsStillClipped()
    {
        // 1 + 2⁻⁶⁰ is 1 in float64: by that sum the vector lies on the bound, in truth it lies beyond it.
        AssertHolds([1f, 1f / (1 << 30)], 1, 1);
    }

    [Fact]
    public void Factor_ClearlyInside_IsOne() => Assert.Equal(1, new ClipAndScale(4, 2.0001).Factor);

    [Theory]
    [InlineData(double.NaN, 1, 1)]
    [InlineData(-1, 1, 1)]
    [InlineData(double.PositiveInfinity, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1e-40, 1)]
    [InlineData(1, double.NaN, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, 1.5)]
    [InlineData(1, 1e-20, 1e-20)]
    public void Constructor_OutsideTheRange_IsRefused(double squaredNorm, double bound, double weight) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClipAndScale(squaredNorm, bound, weight));

    public void Dispose() => _device.Dispose();

    private void AssertHolds(float[] x, double bound, double weight)
    {
        using DeviceBuffer<float> buffer = _device.Upload<float>(x);
        var kernel = new ClipAndScale(_device.Reduce(buffer, new SquaredL2Norm()), bound, weight);
        _device.Map(buffer, buffer, kernel);
        (BigInteger b, BigInteger w) = (Integer(bound), Integer(weight));

        // ‖y‖² ≤ (w·C)², all in units of 2⁻¹⁰⁷⁴ per factor: the left side has two factors, the right side four.
        BigInteger left = buffer.ToArray().Aggregate(BigInteger.Zero, (s, v) => s + BigInteger.Pow(Integer(v), 2));
        Assert.True(left << (2 * 1074) <= BigInteger.Pow(b * w, 2), $"C = {bound:r}, weight {weight:r}, factor {kernel.Factor:r}");
    }

    private static double Norm2(float[] x) => x.Sum(v => (double)v * v);

    // value · 2¹⁰⁷⁴
    private static BigInteger Integer(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int biased = (int)((bits >> 52) & 0x7FF);
        BigInteger integer = (bits & 0xF_FFFF_FFFF_FFFF) | (biased == 0 ? 0 : 1L << 52);
        integer <<= Math.Max(biased, 1) - 1;
        return bits < 0 ? -integer : integer;
    }
}
