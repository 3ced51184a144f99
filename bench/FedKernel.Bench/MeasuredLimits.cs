// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Benchmarks;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Timing;

namespace FedKernel.Bench;

/// <summary>The limits of the machine, measured once at the start of the process.</summary>
internal static class MeasuredLimits
{
    private static Dictionary<Traffic, double>? _bytesPerSecond;

    /// <summary>Bytes a second for a kind of traffic; NaN until <see cref="Measure"/> has run.</summary>
    public static double For(Traffic traffic) => _bytesPerSecond?.GetValueOrDefault(traffic, double.NaN) ?? double.NaN;

    /// <summary>Measures them at the extent of the benchmarks.</summary>
    /// <param name="elements">Elements of a row.</param>
    public static void Measure(long elements = BenchOptions.UsualLength)
    {
        using LimitLibrary library = LimitLibrary.Open(Environment.ProcessorCount);
        using var rows = new HostMemory(16, 4 * elements);
        using var target = new HostMemory(1, 16 * elements);
        using var limits = new MachineLimits(library, rows, target);
        IReadOnlyDictionary<string, double> measured = limits.Measure(new TimingOptions { Looks = [10], WarmUpSeconds = 0.2 });
        _bytesPerSecond = Enum.GetValues<Traffic>().ToDictionary(t => t, t => limits.For(t).Max(c => measured[c.Name]));
        Console.WriteLine($"{library.Note}: {string.Join(", ", measured.Select(m => $"{m.Key} {m.Value / 1e9:f1} GB/s"))}");
    }
}
