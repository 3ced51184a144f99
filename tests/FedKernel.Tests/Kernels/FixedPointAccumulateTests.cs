// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using Xunit;

namespace FedKernel.Tests.Kernels;

/// <summary>The very last value that a grid takes, and the first that it does not: a long validation found the one between them.</summary>
public sealed class FixedPointAccumulateTests
{
    private const double LargestTerm = 2251799813685248;

    [Theory]
    [InlineData(1)]
    [InlineData(569.0 * (1 << 20))]
    [InlineData(1138.0 * (1 << 20))]
    [InlineData(3.0)]
    [InlineData(1.0 / 3)]
    [InlineData(-7e-5)]
    public void Accumulate_AroundTheLimit_CountsExactlyWhatIsBelow(double scale)
    {
        scale = (float)scale;
        float edge = (float)(LargestTerm / Math.Abs(scale));
        float[] x = [MathF.BitDecrement(MathF.BitDecrement(edge)), MathF.BitDecrement(edge), edge, MathF.BitIncrement(edge)];
        long[] expected = [.. x.Select(v => Math.Abs(v * scale) < LargestTerm ? (long)Math.Round(v * scale) : 0)];
        Assert.Contains(0, expected);
        Assert.Contains(expected, e => e != 0);
        using var device = new CpuDevice(threadCount: 1);
        float[] row = [.. Enumerable.Repeat(x, 20).SelectMany(v => v)];
        using DeviceBuffer<float> singles = device.Upload<float>(row);
        using DeviceBuffer<double> doubles = device.Upload<double>(Array.ConvertAll(row, v => (double)v));
        using DeviceBuffer<long> one = device.Allocate<long>(row.Length), four = device.Allocate<long>(row.Length);
        using DeviceBuffer<long> wide = device.Allocate<long>(row.Length);
        var op = new FixedPointAccumulate(scale);
        device.Accumulate(singles, one, op);
        device.AccumulateRows<float, FixedPointAccumulate>([singles, singles, singles, singles], [op, op, op, op], four, new double[4]);
        device.AccumulateRows<double, FixedPointAccumulate>([doubles], [op], wide, new double[1]);
        Assert.Equal(Enumerable.Repeat(expected, 20).SelectMany(v => v), one.ToArray());
        Assert.Equal(one.ToArray().Select(v => 4 * v), four.ToArray());
        Assert.Equal(one.ToArray(), wide.ToArray());
    }
}
