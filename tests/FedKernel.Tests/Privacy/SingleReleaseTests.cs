// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Clipping;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Privacy;

public sealed class SingleReleaseTests : IDisposable
{
    private static readonly ParameterLayout _layout = new([("w", [4])]);

    private readonly CpuDevice _device = new();
    private readonly SecretKey256 _key = SecretKey256.Create();

    [Fact]
    public void AddNoise_SameValuesTwice_IsRefused()
    {
        using ModelUpdate update = ModelUpdate.Upload(_device, _layout, [1, 2, 3, 4]);
        BoundedUpdate bounded = new L2Clipping(1).Clip(update).Bounded!;
        var mechanism = new GaussianMechanism(1, NeighbouringRelation.AddOrRemoveOne);
        mechanism.AddNoise(bounded, _key, 1);
        float[] released = update.Values.ToArray();
        Assert.Contains("Clip again", Assert.Throws<InvalidOperationException>(() => mechanism.AddNoise(bounded, _key, 2)).Message, StringComparison.Ordinal);
        Assert.Equal(released, update.Values.ToArray());
    }

    /// <summary>Two sums that differ by one update, under one noise, would give that update away.</summary>
    [Fact]
    public void ClippedSum_AfterItsRelease_TakesNoMore()
    {
        using var sum = new ClippedSum(_device, _layout, new L2Clipping(1), CappedWeights.Uniform(2));
        using ModelUpdate update = ModelUpdate.Upload(_device, _layout, [1, 2, 3, 4]);
        using DeviceBuffer<float> mean = _device.Allocate<float>(4);
        Assert.True(sum.Fold(update));
        BoundedSum bounded = sum.Resolve(mean);
        var mechanism = new GaussianMechanism(1, NeighbouringRelation.AddOrRemoveOne);
        mechanism.AddNoiseToSum(bounded, _key, 1);
        Assert.Throws<InvalidOperationException>(() => sum.Fold(update));
        Assert.Throws<InvalidOperationException>(() => sum.Resolve(mean));
        Assert.Throws<InvalidOperationException>(() => mechanism.AddNoiseToSum(bounded, _key, 2));
    }

    /// <summary>Φ(1/z − √(66 ln 2)), from mpmath.</summary>
    [Theory]
    [InlineData(1, 4.11434423454035e-9)]
    [InlineData(0.5, 9.50348613650449e-7)]
    [InlineData(0.3, 0.000301376803922014)]
    public void LeastDelta_IsTheMassBeyondTheEnd(double z, double expected) =>
        Assert.Equal(expected, GaussianTail.LeastDelta(z), 1e-9 * expected);

    public void Dispose()
    {
        _key.Dispose();
        _device.Dispose();
    }
}
