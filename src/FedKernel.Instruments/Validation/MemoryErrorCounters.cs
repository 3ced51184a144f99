// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace FedKernel.Instruments.Validation;

/// <summary>
/// Errors of memory that the system has corrected or not, as Linux counts them (EDAC), before and after a run. One that moved
/// leaves a run in doubt even if every result is right.
/// </summary>
/// <param name="folder">Where the memory controllers are listed; another one in tests.</param>
internal sealed class MemoryErrorCounters(string folder = "/sys/devices/system/edac/mc")
{
    private readonly Dictionary<string, long> _before = Read(folder);

    /// <summary>What moved since this was made.</summary>
    public CheckResult Judge()
    {
        Dictionary<string, long> now = Read(folder);
        string[] moved =
        [
            .. now.Where(c => c.Value > _before.GetValueOrDefault(c.Key))
                .Select(c => $"{c.Key} by {c.Value - _before.GetValueOrDefault(c.Key)}"),
        ];
        return new CheckResult
        {
            Id = "counters.memory_errors",
            Device = "host",
            Verdict = now.Count == 0 ? Verdict.Skip : moved.Length == 0 ? Verdict.Pass : Verdict.Inconclusive,
            Reason = now.Count == 0 ? "this system counts no errors of memory (EDAC)"
                : moved.Length == 0 ? null : $"errors of memory were counted during the run: {string.Join(", ", moved)}",
            WorkDone = now.Count,
            Unit = "counters",
        };
    }

    private static Dictionary<string, long> Read(string folder)
    {
        var counters = new Dictionary<string, long>(StringComparer.Ordinal);
        try
        {
            foreach (string controller in Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, "mc*") : [])
            {
                foreach (string name in (string[])["ce_count", "ue_count"])
                {
                    string file = Path.Combine(controller, name);
                    if (File.Exists(file) && long.TryParse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture, out long value))
                    {
                        counters[$"{Path.GetFileName(controller)}/{name}"] = value;
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A counter that may not be read tells nothing; the others do.
        }

        return counters;
    }
}
