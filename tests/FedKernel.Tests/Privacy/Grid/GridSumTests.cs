// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy.Grid;
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
            total.Add(x);
        }

        Assert.Equal([256 * Bound, -256 * Bound, 256], sum.ToArray());
        Assert.Contains("256 summands", Assert.Throws<InvalidOperationException>(() => total.Add(x)).Message, StringComparison.Ordinal);
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
    public void NoiseReserve_IsTheSubgaussianTail()
    {
        // √(2 ln(2·10⁶/10⁻⁹)) = √(2 · 35.2320) = 8.3943 standard deviations.
        Assert.Equal(840, GridSum.NoiseReserve(100, 1_000_000, 1e-9));
        Assert.Throws<ArgumentOutOfRangeException>(() => GridSum.NoiseReserve(100, 1, 1));
    }

    public void Dispose() => _device.Dispose();
}
