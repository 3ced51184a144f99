// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace FedKernel.Instruments.Validation;

/// <summary>The counters of corrected and uncorrected memory errors (EDAC), before and after: one that moved is worth a word even if every result is right.</summary>
internal sealed class MemoryErrors
{
    private const string Folder = "/sys/devices/system/edac/mc";

    private readonly Dictionary<string, long> _before = Read();

    /// <summary>What moved since this was made, as a result for the host.</summary>
    public CheckResult Compare()
    {
        Dictionary<string, long> now = Read();
        string[] moved = [.. now.Where(c => c.Value != _before.GetValueOrDefault(c.Key)).Select(c => $"{c.Key} +{c.Value - _before.GetValueOrDefault(c.Key)}")];
        return new CheckResult
        {
            Id = "machine.memory_errors",
            Device = "host",
            Verdict = now.Count == 0 ? Verdict.Skip : moved.Length == 0 ? Verdict.Pass : Verdict.Inconclusive,
            Reason = now.Count == 0
                ? "this system shows no counters of memory errors (EDAC)"
                : moved.Length == 0 ? null : $"memory errors were counted during the run: {string.Join(", ", moved)}",
            WorkDone = now.Count,
            Unit = "counters",
        };
    }

    private static Dictionary<string, long> Read()
    {
        var counters = new Dictionary<string, long>();
        try
        {
            foreach (string controller in Directory.Exists(Folder) ? Directory.EnumerateDirectories(Folder, "mc*") : [])
            {
                foreach (string name in (string[])["ce_count", "ue_count"])
                {
                    string file = Path.Combine(controller, name);
                    if (File.Exists(file) && long.TryParse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture, out long count))
                    {
                        counters[$"{Path.GetFileName(controller)}.{name}"] = count;
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            counters.Clear();
        }

        return counters;
    }
}
