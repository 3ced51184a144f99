// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace FedKernel.Devices.Cpu;

/// <summary>The last level of cache, beyond which results are stored past the caches.</summary>
internal static class CacheSize
{
    private const string Folder = "/sys/devices/system/cpu/cpu0/cache";

    // What a server has a core group for; only the choice of a store depends on it, never a result.
    private const long Assumed = 32L << 20;

    /// <summary>Bytes of the last level.</summary>
    public static long Last { get; } = Read();

    private static long Read()
    {
        long largest = 0;
        try
        {
            foreach (string index in Directory.EnumerateDirectories(Folder, "index*"))
            {
                string text = File.ReadAllText(Path.Combine(index, "size")).Trim();
                largest = Math.Max(largest, Parse(text));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Assumed;
        }

        return largest > 0 ? largest : Assumed;
    }

    /// <summary>"32768K", "1M" or bytes; 0 for anything else.</summary>
    internal static long Parse(string text)
    {
        int shift = text.EndsWith('K') ? 10 : text.EndsWith('M') ? 20 : 0;
        string digits = shift == 0 ? text : text[..^1];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value < 1L << 40
            ? value << shift
            : 0;
    }
}
