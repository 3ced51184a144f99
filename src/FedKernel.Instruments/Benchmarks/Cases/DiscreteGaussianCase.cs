// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Privacy.Discrete;
using FedKernel.Random;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>x ← x + z in place with z from a discrete Gaussian by ChaCha20, on one core; or the same after clipping and rounding.</summary>
internal static class DiscreteGaussianCase
{
    public const string FusedName = "clip_round_discrete_gaussian_8";

    private const float Factor = 1 << 20;

    private static readonly StreamId _id = new(1, StreamPurpose.PrivacyNoise);

    /// <summary>Name, σ, and the millions of samples a second that a core reaches with 512 bits.</summary>
    public static IReadOnlyList<(string Name, double Sigma, double Reach)> Laws { get; } =
    [
        ("discrete_gaussian_1", 1, 100),
        ("discrete_gaussian_8", 8, 100),
        ("discrete_gaussian_1000", 1000, 10),
        ("discrete_gaussian_1000000", 1e6, 10),
    ];

    public static BenchCase Create(BenchData data, string name, double sigma, double reach)
    {
        DeviceRows<int> x = data.CreateTarget<int>(device: data.CoreOrDevice);
        DiscreteGaussianSampler sampler = data.Own(new DiscreteGaussianSampler(data.CoreOrDevice, sigma));
        ChaCha20Stream stream = Stream();
        var zeros = new int[data.Period];
        var work = new DelegateCase(
            name, () => sampler.AddNoise(x.Buffer, x.Buffer, stream), () => x.Fill(0, zeros), () => Check(data, x, _ => 0, sigma))
        { OnFinish = data.CoreOrDevice.Synchronize, Repeatable = false };
        return Describe(data, work, name, $"discrete Gaussian noise by ChaCha20, σ = {sigma}", Traffic.InPlace, reach);
    }

    /// <summary>An update of float32 to integers with noise in one pass: reads 4 B, writes 4 B.</summary>
    public static BenchCase CreateFused(BenchData data)
    {
        const double Sigma = 8;
        DeviceRows<float> source = data.CreateTarget<float>(device: data.CoreOrDevice);
        DeviceRows<int> codes = data.CreateTarget<int>(device: data.CoreOrDevice);
        source.Fill(0, data.Tile(0));
        DiscreteGaussianSampler sampler = data.Own(new DiscreteGaussianSampler(data.CoreOrDevice, Sigma));
        ChaCha20Stream stream = Stream();
        var zeros = new int[data.Period];
        var work = new DelegateCase(
            FusedName, () => sampler.RoundAndAddNoise(source.Buffer, Factor, codes.Buffer, stream), () => codes.Fill(0, zeros),
            () => Check(data, codes, i => Math.Round((double)(data.Tile(0)[i] * Factor), MidpointRounding.ToEven), Sigma))
        { OnFinish = data.CoreOrDevice.Synchronize };
        return Describe(data, work, FusedName, "clip, round and discrete Gaussian noise in one pass, σ = 8", Traffic.Copy, 100);
    }

    private static ChaCha20Stream Stream() => new([1, 2, 3, 4, 5, 6, 7, 8], _id);

    private static BenchCase Describe(BenchData data, TimedCase work, string name, string title, Traffic traffic, double reach) => new(
        new CaseDescription(name, title + (data.Width is null ? "" : ", one core"))
        {
            Elements = data.Length,
            BytesPerElement = 8,
            Limit = [new LimitPart(traffic, 8)],
            PerCore = data.Width is not null,
            Peers = [],
            Bars = data.Width == SimdWidth.Bits512 ? [new Bar("melements_per_s", reach)] : [],
            Note = "limited by arithmetic",
        },
        work,
        []);

    /// <summary>Mean and variance of what was added, at both ends: within six standard errors of 0 and σ².</summary>
    private static string? Check(BenchData data, DeviceRows<int> x, Func<int, double> before, double sigma)
    {
        int n = (int)Math.Min(4096, data.Length / 256 * 256);
        var window = new int[n];
        foreach (long start in (long[])[0, data.Length - n])
        {
            x.Buffer.CopyTo(window, start);
            double sum = 0, squares = 0;
            for (int i = 0; i < n; i++)
            {
                double z = (window[i] - before((int)((start + i) % data.Period))) / sigma;
                sum += z;
                squares += z * z;
            }

            if (!(Math.Abs(sum / n) < 6 / Math.Sqrt(n)) || !(Math.Abs((squares / n) - 1) < 6 * Math.Sqrt(2.0 / n)))
            {
                return $"wrong result: noise at {start} has mean {sum / n} and variance {squares / n} instead of 0 and 1";
            }
        }

        return null;
    }
}
