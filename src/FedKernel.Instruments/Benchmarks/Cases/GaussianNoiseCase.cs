// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>x ← x + σ·z in place with normal z from a counter stream, on one core: 8 B an element.</summary>
internal static unsafe class GaussianNoiseCase
{
    public const string PhiloxName = "gaussian_noise_philox";
    public const string ChaCha20Name = "gaussian_noise_chacha20";

    private const float Deviation = 0.5f;

    private static readonly StreamId _id = new(1, StreamPurpose.PrivacyNoise);

    public static BenchCase CreatePhilox(BenchData data) => Create(
        data, PhiloxName, "Gaussian noise by Philox", new PhiloxStream(new SimulationSeed(9), _id), 800);

    public static BenchCase CreateChaCha20(BenchData data) => Create(
        data, ChaCha20Name, "Gaussian noise by ChaCha20", new ChaCha20Stream([1, 2, 3, 4, 5, 6, 7, 8], _id), 400);

    private static BenchCase Create<TStream>(BenchData data, string name, string title, TStream stream, double reach)
        where TStream : unmanaged, ICounterStream
    {
        DeviceRows<float> x = data.CreateTarget<float>(device: data.CoreOrDevice);
        var op = new GaussianNoise<TStream>(stream, Deviation);
        void Restore() => x.Fill(0, data.Tile(0));
        var work = new DelegateCase(
            name, () => data.CoreOrDevice.Sample(x.Buffer, x.Buffer, op), Restore, () => Check(data, x))
        { OnFinish = data.CoreOrDevice.Synchronize, Repeatable = false };
        var peers = new List<(string, TimedCase)>();
        if (data.HasPeers)
        {
            peers.Add(("naive", data.Own(new LimitCase(
                $"{name}~naive", data.Library!, LimitLoop.GaussianNoiseLibm, all: false, 8, data.Length, x.Memory!.Row(0), [])
            { OnPrepare = Restore, OnCheck = () => Check(data, x), Factor = Deviation, Every = 2 })));
        }

        return new BenchCase(
            new CaseDescription(name, title + (data.Width is null ? "" : ", one core"))
            {
                Elements = data.Length,
                BytesPerElement = 8,
                Limit = [new LimitPart(Traffic.InPlace, 8)],
                PerCore = data.Width is not null,
                Peers = [.. peers.Select(p => p.Item1)],
                Bars = data.Width == SimdWidth.Bits512 ? [new Bar("melements_per_s", reach)] : [],
                Note = "limited by arithmetic",
            },
            work,
            peers);
    }

    /// <summary>Mean and variance of what was added, at both ends: within six standard errors of 0 and σ².</summary>
    private static string? Check(BenchData data, DeviceRows<float> x)
    {
        int n = (int)Math.Min(4096, data.Length / 256 * 256);
        var window = new float[n];
        foreach (long start in (long[])[0, data.Length - n])
        {
            x.Buffer.CopyTo(window, start);
            double sum = 0, squares = 0;
            for (int i = 0; i < n; i++)
            {
                double z = (window[i] - data.Tile(0)[(int)((start + i) % data.Period)]) / Deviation;
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
