// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Discrete;
using FedKernel.Privacy.Grid;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Privacy.Grid;

public sealed class GridSumTests : IDisposable
{
    private readonly CpuDevice _device = new(threadCount: 1);

    [Theory]
    [InlineData(1 << 20, 0, 2047)]
    [InlineData((1 << 23) - 1, 0, 256)]
    [InlineData(1, 0, int.MaxValue)]
    [InlineData(1 << 20, 1 << 20, 2046)]
    [InlineData(1 << 20, int.MaxValue - (1 << 20), 1)]
    public void CohortLimit_IsTheLargestThatCannotOverflow(int bound, long reserve, int expected)
    {
        Assert.Equal(expected, GridSum.CohortLimit(bound, reserve));
        Assert.True((expected * (long)bound) + reserve <= int.MaxValue);
        Assert.True(((expected + 1L) * bound) + reserve > int.MaxValue);
    }

    [Fact]
    public void Add_FullCohort_IsExactAndOneMoreIsRefused()
    {
        const int Bound = (1 << 23) - 1;
        using DeviceBuffer<int> sum = _device.Upload<int>([9, 9, 9]), x = _device.Upload<int>([Bound, -Bound, 1]);
        var total = new GridSum(sum, Bound);
        for (int i = 0; i < total.LargestCohort; i++)
        {
            total.AddReceived(x);
        }

        Assert.Equal([256 * Bound, -256 * Bound, 256], sum.ToArray());
        Assert.Contains("256 summands", Assert.Throws<InvalidOperationException>(() => total.AddReceived(x)).Message, StringComparison.Ordinal);
        using DeviceBuffer<float> mean = _device.Allocate<float>(3);
        total.Resolve(0.5, 256, mean);
        Assert.Equal([0.5f * Bound, -0.5f * Bound, 0.5f], mean.ToArray());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1 << 23, 0)]
    [InlineData(1, -1)]
    [InlineData(1 << 20, int.MaxValue)]
    public void CohortLimit_BadInput_NamesTheRange(int bound, long reserve) =>
        Assert.Contains(
            "Must lie in",
            Assert.Throws<ArgumentOutOfRangeException>(() => GridSum.CohortLimit(bound, reserve)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void NoiseReserve_IsBernsteinsTail()
    {
        // L = ln(2·10⁶/10⁻⁹) = 35.23195; L/3 + √(L²/9 + 2·10⁴·L) = 11.7440 + 839.5095.
        Assert.Equal(852, GridSum.NoiseReserve(100, 1_000_000, 1e-9));
        Assert.Throws<ArgumentOutOfRangeException>(() => GridSum.NoiseReserve(100, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GridSum.NoiseReserve(double.NaN, 1, 0.5));
    }

    /// <summary>Noise on the sum, once, has the variance of its event: five standard errors, 6·10⁻⁷ for a fresh key; this one is fixed.</summary>
    [Fact]
    public void AddNoise_OnTheSum_IsCentralAndComesOnce()
    {
        const int Dimension = 20_000, Bound = 1 << 12;
        using SecretKey256 key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        using ModelUpdate update = ModelUpdate.Upload(_device, ParameterLayout.Flat(Dimension), new float[Dimension]);
        using DeviceBuffer<int> sum = _device.Allocate<int>(Dimension), integers = _device.Allocate<int>(Dimension);
        BoundedGridUpdate bounded = new GridClipping(1, Bound).Clip(update, integers).Bounded!;
        using var mechanism = new DiscreteGaussianMechanism(_device, 0.5, Bound, NeighbouringRelation.AddOrRemoveOne);
        using var other = new DiscreteGaussianMechanism(_device, 0.5, Bound + 1, NeighbouringRelation.AddOrRemoveOne);
        var total = new GridSum(sum, Bound);
        total.Add(bounded);
        Assert.Throws<ArgumentException>(() => new GridSum(integers, Bound - 1).Add(bounded));
        Assert.Throws<ArgumentException>(() => other.AddNoiseToSum(total, key, 1));
        DiscreteGaussianEvent released = mechanism.AddNoiseToSum(total, key, 1);
        Assert.Equal(Bound, released.Sensitivity);
        double variance = sum.ToArray().Average(v => (double)v * v), slack = 5 * Math.Sqrt(2.0 / Dimension);
        Assert.InRange(variance / (released.Sigma * released.Sigma), 1 - slack, 1 + slack);
        Assert.Throws<InvalidOperationException>(() => mechanism.AddNoiseToSum(total, key, 2));
        Assert.Throws<InvalidOperationException>(() => total.Add(bounded));
    }

    public void Dispose() => _device.Dispose();
}
