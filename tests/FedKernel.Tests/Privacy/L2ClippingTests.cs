// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Privacy;

public sealed class L2ClippingTests : IDisposable
{
    private readonly CpuDevice _device = new();

    [Fact]
    public void Clip_LongUpdate_ExactNormIsAtMostTheBound()
    {
        var random = new SimulationRandom(new SimulationSeed(3));
        for (int trial = 0; trial < 200; trial++)
        {
            float[] values = [.. Enumerable.Range(0, 1 + random.NextBelow(3000)).Select(_ => (float)random.NextNormal())];
            double bound = Math.Exp(random.NextNormal()) * 0.5;
            using ModelUpdate update = Upload(values);
            ClippingResult result = new L2Clipping(bound).Clip(update);
            Assert.NotNull(result.Bounded);
            // Squares are exact in double; a decimal-free upper estimate of the rounding of the sum is 3000 · 2⁻⁵³.
            double norm = Math.Sqrt(update.Values.ToArray().Sum(v => (double)v * v));
            Assert.True(norm <= bound * (1 + 4e-13), $"{norm:R} > {bound:R}");
            if (result.Norm > bound)
            {
                Assert.InRange(norm, bound * (1 - 3e-7), bound * (1 + 4e-13));
            }
        }
    }

    [Fact]
    public void Clip_Inside_IsUntouched()
    {
        using ModelUpdate update = Upload([0.3f, -0.4f]);
        ClippingResult result = new L2Clipping(0.6).Clip(update);
        Assert.Equal([0.3f, -0.4f], update.Values.ToArray());
        Assert.Equal(1, result.Factor);
        Assert.Equal(0.5, result.Norm, 1e-7);
        Assert.Equal(0.6, result.Bounded!.Sensitivity(NeighbouringRelation.AddOrRemoveOne));
        Assert.Equal(1.2, result.Bounded.Sensitivity(NeighbouringRelation.ReplaceOne));
    }

    [Fact]
    public void Clip_NonFinite_IsRefusedAndCounted()
    {
        using ModelUpdate update = Upload([1f, float.NaN, float.PositiveInfinity, 2f]);
        ClippingResult result = new L2Clipping(1).Clip(update);
        Assert.Null(result.Bounded);
        Assert.Equal(2, result.NonFiniteCount);
        Assert.Equal([1f, float.NaN, float.PositiveInfinity, 2f], update.Values.ToArray());
    }

    [Fact]
    public void Clip_LargestFloats_DoesNotOverflow()
    {
        using ModelUpdate update = Upload([float.MaxValue, -float.MaxValue]);
        Assert.NotNull(new L2Clipping(1).Clip(update).Bounded);
        Assert.Equal(Math.Sqrt(0.5), update.Values.ToArray()[0], 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Constructor_BadBound_NamesTheRange(double bound) =>
        Assert.Contains(
            "Must lie in", Assert.Throws<ArgumentOutOfRangeException>(() => new L2Clipping(bound)).Message, StringComparison.Ordinal);

    [Fact]
    public void AddNoise_SameKeyAndRound_SameNoise_OtherRoundOther()
    {
        byte[] bytes = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
        float[] Noise(uint round, uint tensor)
        {
            using var key = SecretKey256.Import(bytes);
            using ModelUpdate update = Upload(new float[1000]);
            BoundedUpdate bounded = new L2Clipping(2).Clip(update).Bounded!;
            PrivacyEvent released = new GaussianMechanism(1.5, NeighbouringRelation.AddOrRemoveOne).AddNoise(bounded, key, round, tensor);
            Assert.Equal(new GaussianEvent(1.5, NeighbouringRelation.AddOrRemoveOne), released);
            return update.Values.ToArray();
        }

        Assert.Equal(Noise(1, 0), Noise(1, 0));
        Assert.NotEqual(Noise(1, 0), Noise(2, 0));
        Assert.NotEqual(Noise(1, 0), Noise(1, 1));
        // σ = 1.5 · 2: the variance of 1000 samples stays within six standard errors (fixed key: cannot flake).
        double variance = Noise(1, 0).Select(v => (double)v * v).Average();
        Assert.InRange(variance, 9 * (1 - (6 * Math.Sqrt(2.0 / 1000))), 9 * (1 + (6 * Math.Sqrt(2.0 / 1000))));
    }

    [Fact]
    public void Key_Disposed_GivesNoStream()
    {
        var key = SecretKey256.Create();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.CreateStream(default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Import_WrongLength_IsRefused(int length) =>
        Assert.Contains(
            "32 bytes", Assert.Throws<ArgumentException>(() => SecretKey256.Import(new byte[length])).Message, StringComparison.Ordinal);

    public void Dispose() => _device.Dispose();

    private ModelUpdate Upload(float[] values) => ModelUpdate.Upload(_device, ParameterLayout.Flat(values.Length), values);
}
