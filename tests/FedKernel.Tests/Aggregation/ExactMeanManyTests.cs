// SPDX-License-Identifier: Apache-2.0
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Numerics;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Aggregation;

/// <summary>Folding many updates in one pass gives the bits, and the refusals, of folding them one after the other.</summary>
public sealed class ExactMeanManyTests
{
    private const int Length = 70_001;

    private static readonly FixedPointRange _range = new(maximumMagnitude: 8, maximumWeight: 1000, maximumClientCount: 200);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(70)]
    public void FoldMany_GoodUpdates_SameDigestAsOneByOne(int clients)
    {
        using var device = new CpuDevice();
        (DeviceBuffer<float>[] updates, double[] weights) = Simulated(device, clients);
        Assert.Equal(OneByOne(device, updates, weights, _range), Together(device, updates, weights, _range, out _));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(8.5f)]
    [InlineData(float.MaxValue)]
    public void FoldMany_WrongUpdateAmongGood_IsTakenBackWithoutATrace(float wrong)
    {
        using var device = new CpuDevice();
        (DeviceBuffer<float>[] updates, double[] weights) = Simulated(device, 6);
        float[] spoilt = updates[2].ToArray();
        (spoilt[0], spoilt[Length / 2], spoilt[^1]) = (wrong, wrong, 7);
        updates[2].CopyFrom(spoilt);

        string together = Together(device, updates, weights, _range, out IReadOnlyList<FoldOutcome> outcomes);
        Assert.Equal(OneByOne(device, updates, weights, _range), together);
        Assert.Equal([true, true, false, true, true, true], outcomes.Select(o => o.IsAccepted));
        Assert.Contains(float.IsFinite(wrong) ? $"{(double)wrong}" : "NaN or infinity", outcomes[2].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void FoldMany_FewPlaces_TheRefusedTakesNone()
    {
        using var device = new CpuDevice();
        (DeviceBuffer<float>[] updates, double[] weights) = Simulated(device, 5);
        updates[0].CopyFrom([float.NaN]);
        weights[1] = double.NaN;
        var range = new FixedPointRange(8, 1000, maximumClientCount: 2);
        string together = Together(device, updates, weights, range, out IReadOnlyList<FoldOutcome> outcomes);
        Assert.Equal([false, false, true, true, false], outcomes.Select(o => o.IsAccepted));
        Assert.Contains("NaN", outcomes[1].Reason, StringComparison.Ordinal);
        Assert.Contains("2 clients", outcomes[4].Reason, StringComparison.Ordinal);
        Assert.Equal(OneByOne(device, updates, weights, range), together);
    }

    [Fact]
    public void FoldMany_ForeignOrMissingUpdate_NothingIsFolded()
    {
        using var device = new CpuDevice();
        using var other = new CpuDevice(threadCount: 1);
        (DeviceBuffer<float>[] updates, double[] weights) = Simulated(device, 3);
        using var mean = new ExactMean(device, Length, _range);
        using DeviceBuffer<float> foreign = other.Allocate<float>(Length);
        Assert.Throws<ArgumentException>(() => mean.FoldMany([updates[0], foreign, updates[2]], weights));
        Assert.Throws<ArgumentNullException>(() => mean.FoldMany([updates[0], null!, updates[2]], weights));
        Assert.Throws<ArgumentException>(() => mean.FoldMany(updates, weights.AsSpan(1)));
        Assert.Equal(0, mean.ClientCount);
        Assert.Empty(mean.FoldMany(Array.Empty<DeviceBuffer<float>>(), []));
    }

    [Fact]
    public void FoldMany_HalvesAndBFloat16AndDoubles_AreReadAsTheyAre()
    {
        using var device = new CpuDevice();
        (DeviceBuffer<float>[] updates, double[] weights) = Simulated(device, 9);
        Assert.Equal(Of(v => (float)(Half)v), Of(v => (Half)v));
        Assert.Equal(Of(v => (float)(BFloat16)v), Of(v => (BFloat16)v));
        Assert.Equal(Of(v => v), Of(v => (double)v));

        string Of<T>(Func<float, T> convert)
            where T : unmanaged
        {
            DeviceBuffer<T>[] typed = [.. updates.Select(u => device.Upload<T>(Array.ConvertAll(u.ToArray(), v => convert(v))))];
            return Together(device, typed, weights, _range, out _);
        }
    }

    private static (DeviceBuffer<float>[] Updates, double[] Weights) Simulated(Device device, int clients)
    {
        var random = new SimulationRandom(new SimulationSeed(5));
        var updates = new DeviceBuffer<float>[clients];
        for (int k = 0; k < clients; k++)
        {
            var values = new float[Length];
            for (int i = 0; i < Length; i++)
            {
                values[i] = (float)Math.Clamp(random.NextNormal(), -7, 7);
            }

            updates[k] = device.Upload<float>(values);
        }

        return (updates, [.. Enumerable.Range(0, clients).Select(_ => 1.0 + random.NextBelow(900))]);
    }

    private static string OneByOne(Device device, DeviceBuffer<float>[] updates, double[] weights, FixedPointRange range)
    {
        using var mean = new ExactMean(device, Length, range);
        for (int k = 0; k < updates.Length; k++)
        {
            mean.Fold(updates[k], weights[k]);
        }

        return Digest(device, mean);
    }

    private static string Together<T>(
        Device device, DeviceBuffer<T>[] updates, double[] weights, FixedPointRange range, out IReadOnlyList<FoldOutcome> outcomes)
        where T : unmanaged
    {
        using var mean = new ExactMean(device, Length, range);
        outcomes = mean.FoldMany(updates, weights);
        return Digest(device, mean);
    }

    private static string Digest(Device device, ExactMean mean)
    {
        using DeviceBuffer<float> result = device.Allocate<float>(Length);
        mean.Resolve(result);
        return $"{mean.ClientCount} {mean.TotalWeight} {BufferDigest.Sha256(result)}";
    }
}
