// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Statistics;

/// <summary>
/// The samples are normal. The seeds are fixed, so a run cannot flake; for a fresh seed each moment fails a right sampler with a
/// chance of 6·10⁻⁷ (5 standard errors), the Kolmogorov–Smirnov test with 10⁻⁶.
/// </summary>
public sealed class NormalSamplerTests
{
    private const int Count = 1 << 20;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GaussianNoise_OneMillionSamples_AreNormal(bool secret)
    {
        double[] z = [.. Draw(secret).Select(v => (double)v)];
        Array.Sort(z);
        double mean = z.Average();
        double variance = z.Average(v => (v - mean) * (v - mean));
        double skewness = z.Average(v => Math.Pow((v - mean) / Math.Sqrt(variance), 3));
        double kurtosis = z.Average(v => Math.Pow((v - mean) / Math.Sqrt(variance), 4));
        Assert.InRange(mean, -5 / Math.Sqrt(Count), 5 / Math.Sqrt(Count));
        Assert.InRange(variance, 1 - (5 * Math.Sqrt(2.0 / Count)), 1 + (5 * Math.Sqrt(2.0 / Count)));
        Assert.InRange(skewness, -5 * Math.Sqrt(6.0 / Count), 5 * Math.Sqrt(6.0 / Count));
        Assert.InRange(kurtosis, 3 - (5 * Math.Sqrt(24.0 / Count)), 3 + (5 * Math.Sqrt(24.0 / Count)));
        AssertTail(z, 3, 2.699796e-3);
        AssertTail(z, 4, 6.334248e-5);

        double distance = 0;
        for (int i = 0; i < Count; i++)
        {
            double cdf = Cdf(z[i]);
            distance = Math.Max(distance, Math.Max(cdf - ((double)i / Count), ((i + 1.0) / Count) - cdf));
        }

        // P(D > c/√n) = 2·exp(−2c²) = 10⁻⁶
        Assert.InRange(distance, 0, Math.Sqrt(Math.Log(2e6) / 2 / Count));
    }

    [Fact]
    public void GaussianNoise_NeighboursAndPartners_AreUncorrelated()
    {
        float[] z = Draw(secret: true);

        // 1: the next block; 16: the other sample of a pair; 256: the next tile. Squares show a shared radius.
        foreach (int lag in (int[])[1, 16, 256])
        {
            double plain = 0, squares = 0;
            for (int i = 0; i + lag < Count; i++)
            {
                plain += (double)z[i] * z[i + lag];
                squares += (((double)z[i] * z[i]) - 1) * (((double)z[i + lag] * z[i + lag]) - 1);
            }

            Assert.InRange(plain / Math.Sqrt(Count), -5, 5);
            Assert.InRange(squares / (2 * Math.Sqrt(Count)), -5, 5);
        }
    }

    private static void AssertTail(double[] z, double threshold, double probability)
    {
        double expected = Count * probability, error = 5 * Math.Sqrt(expected);
        Assert.InRange(z.Count(v => Math.Abs(v) > threshold), expected - error, expected + error);
    }

    private static float[] Draw(bool secret)
    {
        using var device = new CpuDevice();
        using var buffer = device.Allocate<float>(Count);
        var id = new StreamId(1, StreamPurpose.PrivacyNoise);
        if (secret)
        {
            using var key = SecretKey256.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
            device.Sample(buffer, buffer, new GaussianNoise<ChaCha20Stream>(key.CreateStream(id), 1));
        }
        else
        {
            device.Sample(buffer, buffer, new GaussianNoise<PhiloxStream>(new PhiloxStream(new SimulationSeed(5), id), 1));
        }

        return buffer.ToArray();
    }

    // Φ by its series x + x³/3 + x⁵/(3·5) + … (Marsaglia 2004): all terms of one sign, so nothing cancels.
    private static double Cdf(double x)
    {
        double sum = x, term = x, previous = 0;
        for (int i = 3; sum != previous; i += 2)
        {
            previous = sum;
            term *= x * x / i;
            sum += term;
        }

        return 0.5 + (sum * Math.Exp((-0.5 * x * x) - 0.91893853320467274178));
    }
}
