// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using FedKernel.Aggregation;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Random;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Aggregation;

public sealed class ExactMeanTests
{
    private static readonly FixedPointRange _range = new(maximumMagnitude: 8, maximumWeight: 1000, maximumClientCount: 64);

    [Fact]
    public void Resolve_ShuffledClients_SameDigest()
    {
        (float[][] updates, double[] weights) = Simulated(clients: 9, length: 10_007);
        using var device = new CpuDevice();
        string expected = ExactDigest(device, updates, weights, [.. Enumerable.Range(0, 9)]);
        var random = new SimulationRandom(new SimulationSeed(1));
        for (int trial = 0; trial < 20; trial++)
        {
            int[] order = [.. Enumerable.Range(0, 9)];
            random.Shuffle(order.AsSpan());
            Assert.Equal(expected, ExactDigest(device, updates, weights, order));
        }
    }

    [Fact]
    public void Resolve_ShuffledClients_FloatMeanDiffers()
    {
        (float[][] updates, double[] weights) = Simulated(clients: 9, length: 10_007);
        using var device = new CpuDevice();
        string Digest(IEnumerable<int> order)
        {
            using var mean = new FloatMean(device, updates[0].Length);
            return Resolve(mean, updates, weights, order);
        }

        Assert.NotEqual(Digest(Enumerable.Range(0, 9)), Digest(Enumerable.Range(0, 9).Reverse()));
    }

    [Fact]
    public void Resolve_AnyThreadCountAndWidth_SameDigest()
    {
        (float[][] updates, double[] weights) = Simulated(clients: 5, length: 200_003);
        var digests = new HashSet<string>();
        foreach (SimdWidth width in SimdWidths.Available)
        {
            foreach (int threads in new[] { 1, 2, 3 })
            {
                using var device = new CpuDevice(width, threads);
                digests.Add(ExactDigest(device, updates, weights, [4, 2, 0, 1, 3]));
            }
        }

        Assert.Single(digests);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Resolve_Random_WithinOneUlpOfTheTrueMean(int clients)
    {
        const int Length = 4099;
        (float[][] updates, double[] weights) = Simulated(clients, Length);
        using var device = new CpuDevice();
        using var mean = new ExactMean(device, Length, _range);
        for (int k = 0; k < clients; k++)
        {
            Assert.True(mean.Fold(updates[k], weights[k]).IsAccepted);
        }

        using DeviceBuffer<float> result = device.Allocate<float>(Length);
        mean.Resolve(result);
        float[] actual = result.ToArray();
        double certain = _range.SmallestUlpExactMean(clients, mean.TotalWeight);
        Assert.True(certain < 1e-4, $"the certain range begins at {certain}");
        int examined = 0;
        for (int i = 0; i < Length; i++)
        {
            (BigInteger numerator, BigInteger denominator) = TrueMean(updates, weights, i);
            double truth = (double)numerator / (double)denominator;
            if (Math.Abs(truth) < certain)
            {
                continue;
            }

            examined++;
            double ulp = MathF.BitIncrement(Math.Abs(actual[i])) - Math.Abs(actual[i]);
            Assert.True(Math.Abs(actual[i] - truth) <= ulp, $"{actual[i]:R} against {truth:R} at {i}");
        }

        Assert.True(examined > Length / 2);
    }

    [Fact]
    public void Resolve_Cancellation_IsExactWhereFloatIsNot()
    {
        float[][] updates = [[1f], [1e-8f], [-1f]];
        using var device = new CpuDevice();
        using var exact = new ExactMean(device, 1, new FixedPointRange(2, 1, 4));
        using var plain = new FloatMean(device, 1);
        using DeviceBuffer<float> result = device.Allocate<float>(1);
        foreach (float[] update in updates)
        {
            exact.Fold(update, 1);
            plain.Fold(update, 1);
        }

        exact.Resolve(result);
        Assert.Equal(1e-8 / 3, result.ToArray()[0], 1e-15);
        plain.Resolve(result);
        Assert.Equal(0, result.ToArray()[0]);
    }

    [Fact]
    public void Fold_AtTheEdgeOfTheRange_DoesNotOverflow()
    {
        var range = new FixedPointRange(maximumMagnitude: 8, maximumWeight: 1000, maximumClientCount: 5000);
        using var device = new CpuDevice();
        using var mean = new ExactMean(device, 2, range);
        for (int k = 0; k < 5000; k++)
        {
            Assert.True(mean.Fold([8f, -8f], 1000).IsAccepted);
        }

        Assert.Contains("5000 clients", mean.Fold([8f, -8f], 1000).Reason, StringComparison.Ordinal);
        using DeviceBuffer<float> result = device.Allocate<float>(2);
        mean.Resolve(result);
        Assert.Equal([8f, -8f], result.ToArray());
    }

    [Theory]
    [InlineData(float.NaN, 1, "NaN or infinity")]
    [InlineData(float.NegativeInfinity, 1, "NaN or infinity")]
    [InlineData(8.5f, 1, "8.5; the plan allows 8")]
    [InlineData(1f, 1001, "1001; the plan allows")]
    [InlineData(1f, 0, "weight is 0")]
    [InlineData(1f, -1, "weight is -1")]
    [InlineData(1f, double.NaN, "weight is NaN")]
    [InlineData(1f, double.PositiveInfinity, "weight is ∞")]
    public void Fold_Bad_IsRefusedWholeWithTheValue(float value, double weight, string expected)
    {
        using var device = new CpuDevice();
        using var mean = new ExactMean(device, 3, _range);
        Assert.True(mean.Fold([1f, 2f, 3f], 1).IsAccepted);
        FoldOutcome outcome = mean.Fold([4f, 5f, value], weight);
        Assert.False(outcome.IsAccepted);
        Assert.Contains(expected.Replace("∞", double.PositiveInfinity.ToString(), StringComparison.Ordinal), outcome.Reason, StringComparison.Ordinal);
        using DeviceBuffer<float> result = device.Allocate<float>(3);
        mean.Resolve(result);
        Assert.Equal([1f, 2f, 3f], result.ToArray());
        Assert.Equal(1, mean.ClientCount);
    }

    [Fact]
    public void Fold_WrongLength_IsRefused()
    {
        using var device = new CpuDevice();
        using var mean = new ExactMean(device, 3, _range);
        Assert.Contains("2 values, the plan has 3", mean.Fold([1f, 2f], 1).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_ZeroClients_IsAProtocolError()
    {
        using var device = new CpuDevice();
        using var mean = new ExactMean(device, 3, _range);
        using DeviceBuffer<float> result = device.Allocate<float>(3);
        Assert.Throws<ProtocolException>(() => mean.Resolve(result));
    }

    [Fact]
    public void RoundWeight_Counts_AreKept()
    {
        foreach (double weight in new[] { 1, 199, 536870911, 536870912, 0.5, 0.25 })
        {
            Assert.Equal(weight, FixedPointRange.RoundWeight(weight));
        }

        Assert.Equal(0.1, FixedPointRange.RoundWeight(0.1), 0.1 * Math.ScaleB(1, -28));
    }

    private static string ExactDigest(Device device, float[][] updates, double[] weights, int[] order)
    {
        using var mean = new ExactMean(device, updates[0].Length, _range);
        return Resolve(mean, updates, weights, order);
    }

    private static string Resolve(StreamingMean mean, float[][] updates, double[] weights, IEnumerable<int> order)
    {
        foreach (int k in order)
        {
            Assert.True(mean.Fold(updates[k], weights[k]).IsAccepted);
        }

        using DeviceBuffer<float> result = mean.Device.Allocate<float>(mean.Length);
        mean.Resolve(result);
        return BufferDigest.Sha256(result);
    }

    private static (float[][] Updates, double[] Weights) Simulated(int clients, int length)
    {
        var random = new SimulationRandom(new SimulationSeed(20260101));
        var updates = new float[clients][];
        var weights = new double[clients];
        for (int k = 0; k < clients; k++)
        {
            updates[k] = new float[length];
            weights[k] = 1 + random.NextBelow(1000);
            for (int i = 0; i < length; i++)
            {
                // Magnitudes over ten powers of two, so that sums in float32 lose bits.
                updates[k][i] = (float)(random.NextNormal() * Math.ScaleB(1, -random.NextBelow(10)));
            }
        }

        return (updates, weights);
    }

    private static (BigInteger Numerator, BigInteger Denominator) TrueMean(float[][] updates, double[] weights, int i)
    {
        BigInteger sum = 0, total = 0;
        for (int k = 0; k < updates.Length; k++)
        {
            // Every float32 is an integer multiple of 2⁻¹⁴⁹.
            int bits = BitConverter.SingleToInt32Bits(updates[k][i]);
            int exponent = (bits >> 23) & 0xFF;
            BigInteger mantissa = (bits & 0x7FFFFF) | (exponent == 0 ? 0 : 0x800000);
            BigInteger value = (mantissa << Math.Max(exponent - 1, 0)) * (bits < 0 ? -1 : 1);
            sum += value * (BigInteger)weights[k];
            total += (BigInteger)weights[k];
        }

        // Scaled so that the quotient of doubles is exact to 2⁻⁵².
        BigInteger denominator = total << 149;
        int shift = (int)Math.Max(0, BigInteger.Abs(denominator).GetBitLength() - 900);
        return (sum >> shift, denominator >> shift);
    }
}
