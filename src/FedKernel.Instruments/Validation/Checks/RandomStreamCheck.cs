// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Instruments.Statistics;
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>Statistics of a stream as the device makes it, on a seed that is fixed: a good stream never fails by chance.</summary>
/// <param name="name">philox or chacha20.</param>
internal sealed class RandomStreamCheck(string name) : Check($"random.{name}", ValidationLevel.Medium, 4)
{
    private const double Wrong = 1e-10;
    private const double Suspicious = 1e-4;
    private const int Words = 1 << 20;

    // Fixed: the statistics of a known stream are known numbers.
    private static readonly SimulationSeed _seed = new(0x5EED);

    public override CheckResult Run(CheckContext context)
    {
        IReadOnlyDictionary<string, double> p = Test(context.Device, Words, firstTile: 0);
        long done = Words;
        if (p.Values.Any(v => !(v >= Suspicious)))
        {
            // Twice the data tells a rare good stream from a bad one.
            p = Test(context.Device, 2 * Words, firstTile: Words / 256);
            done += 2 * Words;
        }

        KeyValuePair<string, double> worst = p.MinBy(v => v.Value);
        // Of the order of doubles NaN is the least: it is the worst, and no pass.
        string? reason = !(worst.Value >= Wrong) ? $"{worst.Key}: p = {worst.Value:0.0e+0}" : Structure(context.Device);
        return context.Result(this, reason is null ? Verdict.Pass : Verdict.Fail, reason)
            with
        { WorkDone = done, MinWork = Words, Unit = "words", Figures = p, Class = "device" };
    }

    /// <summary>p-values of words in the order of the stream's blocks.</summary>
    private Dictionary<string, double> Test(Device device, int count, long firstTile)
    {
        uint[] words = Draw(device, count, firstTile);
        return new Dictionary<string, double>
        {
            ["chi_square_low_byte"] = UniformTests.ChiSquare(words, 0),
            ["chi_square_high_byte"] = UniformTests.ChiSquare(words, 24),
            ["kolmogorov_smirnov"] = UniformTests.KolmogorovSmirnov(words),
            ["anderson_darling"] = UniformTests.AndersonDarling(words),
            ["serial_correlation"] = UniformTests.SerialCorrelation(words),
            ["birthday_spacings"] = UniformTests.BirthdaySpacings(words),
        };
    }

    /// <summary>Skipping ahead is the same as drawing on; the end of the counter is there; other streams share no block.</summary>
    private string? Structure(Device device)
    {
        uint[] whole = Draw(device, 1024, 0), ahead = Draw(device, 512, 2);
        if (!whole.AsSpan(512).SequenceEqual(ahead))
        {
            return "a stream that is begun at tile 2 is another than one that comes to it";
        }

        uint[] last = Draw(device, 256, (1L << 28) - 1);
        if (last.AsSpan().SequenceEqual(whole.AsSpan(0, 256)))
        {
            return "the last tile of the counter is the first: a carry is lost";
        }

        uint[] other = Draw(device, 1024, 0, tensor: 1);
        return whole.Intersect(other).Count() > 4 ? "two streams of one key share words" : null;
    }

    private uint[] Draw(Device device, int count, long firstTile, uint tensor = 0)
    {
        using DeviceBuffer<float> buffer = device.Allocate<float>(count);
        var id = new StreamId(1, StreamPurpose.Simulation, tensor);
        if (name == "philox")
        {
            device.Sample(buffer, buffer, new StreamWords<PhiloxStream>(new PhiloxStream(_seed, id)), firstTile);
        }
        else
        {
            byte[] bytes = [.. Enumerable.Range(1, 32).Select(i => (byte)(37 * i))];
            using var key = SecretKey256.Import(bytes);
            device.Sample(buffer, buffer, new StreamWords<ChaCha20Stream>(key.CreateStream(id)), firstTile);
        }

        return Array.ConvertAll(buffer.ToArray(), BitConverter.SingleToUInt32Bits);
    }
}
