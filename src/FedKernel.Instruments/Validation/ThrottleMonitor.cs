// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace FedKernel.Instruments.Validation;

/// <summary>
/// How much of the time something slowed the machine: a hypervisor that took the processor away, a control group at its limit, a
/// processor too hot. Judged by the share of the time, never by a single event.
/// </summary>
internal sealed class ThrottleMonitor
{
    /// <summary>From here on a run is marked.</summary>
    public const double MarkedShare = 0.02;

    /// <summary>From here on no verdict on speed is given.</summary>
    public const double SpoiltShare = 0.2;

    private const string Stat = "/proc/stat";
    private const string ControlGroup = "/sys/fs/cgroup/cpu.stat";
    private const string Thermal = "/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count";

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Counters _before = Counters.Read();

    /// <summary>The share of the time since this was made that the machine was slowed, 0 to 1.</summary>
    public double Share()
    {
        Counters now = Counters.Read();
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        if (seconds <= 0)
        {
            return 0;
        }

        double stolen = (now.StolenTicks - _before.StolenTicks) / 100.0 / Environment.ProcessorCount;
        double throttled = (now.ThrottledMicroseconds - _before.ThrottledMicroseconds) / 1e6;

        // An event of heat lasts about a millisecond at least; how long, the counter does not say.
        double hot = (now.ThermalEvents - _before.ThermalEvents) / 1e3;
        return Math.Clamp((stolen + throttled + hot) / seconds, 0, 1);
    }

    private readonly record struct Counters(long StolenTicks, long ThrottledMicroseconds, long ThermalEvents)
    {
        public static Counters Read() => new(
            Field(Stat, "cpu ", 8), Field(ControlGroup, "throttled_usec ", 1), File.Exists(Thermal) ? Field(Thermal, "", 0) : 0);

        private static long Field(string file, string line, int field)
        {
            try
            {
                string? text = File.Exists(file)
                    ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith(line, StringComparison.Ordinal))
                    : null;
                string[] words = text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
                return words.Length > field && long.TryParse(words[field], CultureInfo.InvariantCulture, out long value) ? value : 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return 0;
            }
        }
    }
}
