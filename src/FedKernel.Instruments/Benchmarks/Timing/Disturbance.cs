// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace FedKernel.Instruments.Benchmarks.Timing;

/// <summary>Counters whose movement during a sample says that something else had the processor.</summary>
/// <remarks>A garbage collection is not among them: whoever allocates pays for it.</remarks>
/// <param name="Stolen">Ticks that the hypervisor gave to another machine; 0 where it is not told.</param>
/// <param name="Throttled">Times that the control group was held back; 0 where there is none.</param>
internal readonly record struct Disturbance(long Stolen, long Throttled)
{
    private const string ControlGroup = "/sys/fs/cgroup/cpu.stat";

    // user nice system idle iowait irq softirq steal, in hundredths of a second, after the word "cpu".
    private static readonly int[] _busy = [1, 2, 3, 6, 7];

    /// <summary>The counters now.</summary>
    public static Disturbance Now() => new(ReadStolen(), ReadThrottled());

    /// <summary>Processor seconds that all processes have used on all processors; NaN where it is not told.</summary>
    public static double BusySeconds()
    {
        string[] fields = CpuLine();
        return fields.Length < 8
            ? double.NaN
            : _busy.Sum(i => long.Parse(fields[i], CultureInfo.InvariantCulture)) / 100.0;
    }

    private static long ReadStolen()
    {
        string[] fields = CpuLine();
        return fields.Length > 8 && long.TryParse(fields[8], CultureInfo.InvariantCulture, out long stolen) ? stolen : 0;
    }

    private static string[] CpuLine()
    {
        try
        {
            return File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static long ReadThrottled()
    {
        try
        {
            string? line = File.Exists(ControlGroup)
                ? File.ReadLines(ControlGroup).FirstOrDefault(l => l.StartsWith("nr_throttled ", StringComparison.Ordinal))
                : null;
            return line is null ? 0 : long.Parse(line.AsSpan("nr_throttled ".Length), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
