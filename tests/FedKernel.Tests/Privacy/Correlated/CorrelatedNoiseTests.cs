// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Correlated;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Privacy.Correlated;

public sealed class CorrelatedNoiseTests : IDisposable
{
    private const int Length = 1000, Rounds = 9;
    private const double Multiplier = 1.5, Bound = 2;

    private readonly CpuDevice _device = new();
    private readonly SecretKey256 _key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    [Fact]
    public void Regenerated_InverseBands_IsTheMatrixTimesRawNoise()
    {
        InverseBandedStrategy strategy = InverseBandedStrategy.Root(4, Rounds, new Participation(3, 2));
        var mechanism = new RegeneratedNoiseMechanism(strategy, Multiplier, Bound, NeighbouringRelation.AddOrRemoveOne, _key);
        double deviation = Multiplier * Bound * Math.Sqrt(strategy.SquaredSensitivity);
        for (int t = 0; t < Rounds; t++)
        {
            float[] noise = Noise(mechanism.AddNoise);
            for (int i = 0; i < Length; i++)
            {
                double expected = Enumerable.Range(0, Math.Min(4, t + 1)).Sum(k => strategy.InverseCoefficients[k] * Raw((uint)(t - k))[i]);
                Assert.Equal(expected * deviation, noise[i], 1e-5 * deviation);
            }
        }
    }

    /// <summary>C times what was added gives the raw noises back: the defining equation, not the recurrence.</summary>
    [Fact]
    public void Banded_TimesItsMatrix_IsRawNoise()
    {
        var strategy = new BandedStrategy(3, Rounds, new Participation(2, 4));
        using var mechanism = new BandedNoiseMechanism(
            _device, Length, strategy, Multiplier, Bound, NeighbouringRelation.ReplaceOne, _key);
        double deviation = 2 * Multiplier * Bound * Math.Sqrt(strategy.SquaredSensitivity);
        var added = new List<float[]>();
        for (int t = 0; t < Rounds; t++)
        {
            added.Add(Noise(mechanism.AddNoise));
            float[] raw = Raw((uint)t);
            for (int i = 0; i < Length; i++)
            {
                double product = Enumerable.Range(0, Math.Min(3, t + 1)).Sum(k => strategy.Coefficients[k] * added[t - k][i]);
                Assert.Equal(raw[i] * deviation, product, 1e-5 * deviation);
            }
        }
    }

    [Fact]
    public void Trees_PrefixSums_AreTheNodesOfThePrefix()
    {
        var plain = new RegeneratedNoiseMechanism(
            new TreeStrategy(Rounds, Participation.Once), Multiplier, Bound, NeighbouringRelation.AddOrRemoveOne, _key);
        using var efficient = new HonakerNoiseMechanism(
            _device, Length, new HonakerStrategy(Rounds, Participation.Once), Multiplier, Bound, NeighbouringRelation.AddOrRemoveOne, _key);
        double deviation = Multiplier * Bound * Math.Sqrt(4);
        double[] sum = new double[Length], efficientSum = new double[Length];
        for (int size = 1; size <= Rounds; size++)
        {
            float[] noise = Noise(plain.AddNoise), other = Noise(efficient.AddNoise);
            double[] expected = new double[Length], estimate = new double[Length];
            for (int level = 3, start = 0; level >= 0; level--)
            {
                if ((size >> level & 1) == 1)
                {
                    start += 1 << level;
                    float[] node = Raw(TreeNode.Number(level, start));
                    double[] subtree = Estimate(level, start);
                    expected = [.. expected.Zip(node, (a, b) => a + b)];
                    estimate = [.. estimate.Zip(subtree, (a, b) => a + b)];
                }
            }

            for (int i = 0; i < Length; i++)
            {
                sum[i] += noise[i];
                efficientSum[i] += other[i];
                Assert.Equal(expected[i] * deviation, sum[i], 2e-5 * deviation);
                Assert.Equal(estimate[i] * deviation, efficientSum[i], 2e-5 * deviation);
            }
        }
    }

    /// <summary>The variance of every prefix sum over 1000 elements: a ratio outside [0.75, 1.25] has probability 3e-8 (chi-square).</summary>
    [Fact]
    public void PrefixSums_HaveTheStatedVariance()
    {
        CorrelatedStrategy[] strategies =
        [
            InverseBandedStrategy.Root(3, Rounds, Participation.Once), InverseBandedStrategy.Lambda(0.9, Rounds, Participation.Once),
            new TreeStrategy(Rounds, Participation.Once), new BandedStrategy(3, Rounds, Participation.Once),
            new HonakerStrategy(Rounds, Participation.Once),
        ];
        foreach (CorrelatedStrategy strategy in strategies)
        {
            using var banded = strategy is BandedStrategy b
                ? new BandedNoiseMechanism(_device, Length, b, 1, Bound, NeighbouringRelation.AddOrRemoveOne, _key) : null;
            using var honaker = strategy is HonakerStrategy h
                ? new HonakerNoiseMechanism(_device, Length, h, 1, Bound, NeighbouringRelation.AddOrRemoveOne, _key) : null;
            Action<BoundedUpdate> add = banded is not null ? banded.AddNoise
                : honaker is not null ? honaker.AddNoise
                : new RegeneratedNoiseMechanism(strategy, 1, Bound, NeighbouringRelation.AddOrRemoveOne, _key).AddNoise;
            double[] sum = new double[Length], variances = strategy.PrefixVariances();
            for (int t = 0; t < Rounds; t++)
            {
                float[] noise = Noise(add);
                sum = [.. sum.Zip(noise, (a, x) => a + x)];
                double ratio = sum.Sum(x => x * x) / Length / (variances[t] * strategy.SquaredSensitivity * Bound * Bound);
                Assert.InRange(ratio, 0.75, 1.25);
            }
        }
    }

    [Fact]
    public void AddNoise_LongUpdate_DoesNotDependOnTheWindow()
    {
        const int length = (1 << 20) + 777;
        var mechanism = new RegeneratedNoiseMechanism(
            InverseBandedStrategy.Lambda(0.5, 2, Participation.Once), 1, Bound, NeighbouringRelation.AddOrRemoveOne, _key);
        var strategyDeviation = (float)(Bound * Math.Sqrt(1.25) * (1 + (1.0 / (1 << 22))));
        float[] noise = Noise(mechanism.AddNoise, length);
        using DeviceBuffer<float> whole = _device.Upload<float>(new float[length]);
        _device.Sample(whole, whole, new GaussianNoise<ChaCha20Stream>(
            _key.CreateStream(new StreamId(0, StreamPurpose.CorrelatedNoise)), strategyDeviation));
        Assert.Equal(whole.ToArray(), noise);
    }

    [Fact]
    public void AddNoise_PastTheRun_IsRefused()
    {
        var mechanism = new RegeneratedNoiseMechanism(
            new TreeStrategy(1, Participation.Once), Multiplier, Bound, NeighbouringRelation.AddOrRemoveOne, _key);
        Assert.Equal(new GaussianEvent(Multiplier, NeighbouringRelation.AddOrRemoveOne), mechanism.Event);
        Noise(mechanism.AddNoise);
        PrivacyBudgetException spent = Assert.Throws<PrivacyBudgetException>(() => Noise(mechanism.AddNoise));
        Assert.Contains("All 1 rounds", spent.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddNoise_LargerBound_IsRefused()
    {
        var mechanism = new RegeneratedNoiseMechanism(
            new TreeStrategy(1, Participation.Once), Multiplier, 1, NeighbouringRelation.AddOrRemoveOne, _key);
        Assert.Throws<ArgumentOutOfRangeException>(() => Noise(mechanism.AddNoise));
        Assert.Throws<ArgumentException>(() => new RegeneratedNoiseMechanism(
            new BandedStrategy(2, 4, Participation.Once), 1, 1, NeighbouringRelation.AddOrRemoveOne, _key));
    }

    public void Dispose()
    {
        _key.Dispose();
        _device.Dispose();
    }

    private float[] Noise(Action<BoundedUpdate> add, int length = Length)
    {
        using ModelUpdate update = ModelUpdate.Upload(_device, new ParameterLayout([("w", [length])]), new float[length]);
        add(new L2Clipping(Bound).Clip(update).Bounded!);
        return update.Values.ToArray();
    }

    private float[] Raw(uint source)
    {
        using DeviceBuffer<float> raw = _device.Upload<float>(new float[Length]);
        _device.Sample(raw, raw, new GaussianNoise<ChaCha20Stream>(_key.CreateStream(new StreamId(source, StreamPurpose.CorrelatedNoise)), 1));
        return raw.ToArray();
    }

    private double[] Estimate(int level, int end)
    {
        double[] own = [.. Raw(TreeNode.Number(level, end)).Select(x => (double)x)];
        if (level == 0)
        {
            return own;
        }

        (double ownWeight, double children) = HonakerStrategy.Weights(level);
        double[] left = Estimate(level - 1, end - (1 << (level - 1))), right = Estimate(level - 1, end);
        return [.. own.Select((x, i) => (ownWeight * x) + (children * (left[i] + right[i])))];
    }
}
