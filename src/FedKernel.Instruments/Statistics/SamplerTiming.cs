// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy.Discrete;
using FedKernel.Random;
using FedKernel.Random.Discrete;

namespace FedKernel.Instruments.Statistics;

/// <summary>Times draws of few samples on one core, for <see cref="WelchTest"/>: does the time depend on what was drawn?</summary>
internal static class SamplerTiming
{
    private const int Samples = 256;

    /// <summary>|t| of the kernel, fixed against random words of the stream, and small against large samples.</summary>
    /// <param name="width">Register width.</param>
    /// <param name="sigma">σ.</param>
    /// <param name="measurements">How many draws of 256 samples.</param>
    /// <param name="key">Its streams are drawn from.</param>
    public static (double FixedAgainstRandom, double SmallAgainstLarge) OfKernel(
        SimdWidth? width, double sigma, int measurements, SecretKey256 key)
    {
        using var core = new CpuDevice(width, threadCount: 1);
        using var sampler = new DiscreteGaussianSampler(core, sigma);
        using DeviceBuffer<int> zeros = core.Allocate<int>(Samples), noise = core.Allocate<int>(Samples);
        ChaCha20Stream stream = key.CreateStream(new StreamId(0, StreamPurpose.PrivacyNoise));
        var magnitudes = new double[measurements];
        var values = new int[Samples];
        (double[] times, bool[] random) = Measure(
            measurements,
            tile => sampler.AddNoise(zeros, noise, stream, tile),
            i =>
            {
                noise.CopyTo(values);
                magnitudes[i] = values.Sum(z => Math.Abs((double)z));
            });
        double fixedAgainstRandom = WelchTest.LargestT(times, random);
        int[] drawn = [.. Enumerable.Range(0, measurements).Where(i => random[i])];
        double median = drawn.Select(i => magnitudes[i]).Order().ElementAt(drawn.Length / 2);
        double[] randomTimes = [.. drawn.Select(i => times[i])];
        return (fixedAgainstRandom, WelchTest.LargestT(randomTimes, [.. drawn.Select(i => magnitudes[i] > median)]));
    }

    /// <summary>|t| of the exact sampler, whose time depends on the sample: shows that the test would find it.</summary>
    /// <inheritdoc cref="OfKernel"/>
    public static double OfExactSampler(double sigma, int measurements, SecretKey256 key)
    {
        (double[] times, bool[] random) = Measure(
            measurements,
            tile => _ = new ExactDiscreteGaussian(sigma, key.CreateStream(new StreamId((uint)tile, StreamPurpose.Simulation))).Next(),
            _ => { });
        return WelchTest.LargestT(times, random);
    }

    /// <summary>Times a draw at place 0 or at a random place of the stream, in random order; a tenth before is not counted.</summary>
    private static (double[] Times, bool[] Random) Measure(int measurements, Action<long> draw, Action<int> after)
    {
        var order = new SimulationRandom(new SimulationSeed((ulong)measurements));
        var times = new double[measurements];
        var random = new bool[measurements];
        for (int i = -measurements / 10; i < measurements; i++)
        {
            bool isRandom = order.NextBelow(2) == 1;

            // Drawn for both classes, so that what comes before the measurement is the same.
            long place = 1 + order.NextBelow(1 << 20), tile = isRandom ? place : 0;
            long start = Stopwatch.GetTimestamp();
            draw(tile);
            long end = Stopwatch.GetTimestamp();
            if (i >= 0)
            {
                (times[i], random[i]) = (end - start, isRandom);
                after(i);
            }
        }

        return (times, random);
    }
}
