// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Kernels;

public sealed class ClippedWeightsTests : IDisposable
{
    private readonly CpuDevice _device = new(threadCount: 1);

    [Fact]
    public void WeightedSum_WithClippedWeights_HasTheBitsOfClippingFirst()
    {
        const int Rows = 16, Length = 5003;
        var random = new SimulationRandom(new SimulationSeed(3));
        var rows = new DeviceBuffer<float>[Rows];
        double[] norms = new double[Rows], weights = new double[Rows];
        using DeviceBuffer<float> expected = _device.Allocate<float>(Length), clipped = _device.Allocate<float>(Length);
        for (int k = 0; k < Rows; k++)
        {
            float[] x = [.. Enumerable.Range(0, Length).Select(_ => (float)random.NextNormal())];
            rows[k] = _device.Upload<float>(x);
            norms[k] = _device.Reduce(rows[k], new SquaredL2Norm());
            weights[k] = random.NextUniform();
            _device.Map(rows[k], clipped, new ClipAndScale(norms[k], 10, weights[k]));
            _device.Map(clipped, expected, expected, new Axpy(1));

            // What each row adds is at most its share of the bound, whatever the others are.
            Assert.True(Math.Sqrt(clipped.ToArray().Sum(v => (double)v * v)) <= weights[k] * 10);
        }

        var factors = new float[Rows];
        ClippedWeights.Fill(norms, 10, weights, factors);
        using DeviceBuffer<float> sum = _device.Allocate<float>(Length);
        _device.RowCombine(rows, factors, sum, new WeightedSum());
        Assert.Equal(expected.ToArray(), sum.ToArray());
    }

    [Theory]
    [InlineData(double.NaN, 1, 1)]
    [InlineData(-1, 1, 1)]
    [InlineData(double.PositiveInfinity, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, 1.5)]
    public void Fill_AValueOutside_IsRefusedAndNothingIsWritten(double norm, double bound, double weight)
    {
        float[] factors = [7, 7];
        Assert.Throws<ArgumentOutOfRangeException>(() => ClippedWeights.Fill([1, norm], bound, [1, weight], factors));
        Assert.Equal([7, 7], factors);
        Assert.Throws<ArgumentException>(() => ClippedWeights.Fill([1], 1, [1, 1], factors));
    }

    public void Dispose() => _device.Dispose();
}
