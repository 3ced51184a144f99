// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace FedKernel.Instruments.Validation;

/// <summary>Which logical processors there are, and work that stays on one of them.</summary>
internal static partial class Processors
{
    // Of the kernel's cpu_set_t: 1024 processors.
    private const int MaskWords = 16;

    /// <summary>Processors that this process may use.</summary>
    public static IReadOnlyList<int> Allowed { get; } = Read();

    /// <summary>Processors of the machine.</summary>
    public static int Present { get; } = CountPresent();

    /// <summary>Runs work on a thread that stays on one processor.</summary>
    /// <returns>False if the system does not let a thread be held there; the work has run all the same.</returns>
    public static bool RunOn(int processor, Action work)
    {
        bool held = false;
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                held = Hold(processor);
                work();
            }
            catch (Exception e)
            {
                // It belongs to whoever asked for the work, on the thread that waits for it.
                error = e;
            }
        });
        thread.Start();
        thread.Join();
        return error is null ? held : throw new InvalidOperationException($"on processor {processor}: {error.Message}", error);
    }

    private static unsafe bool Hold(int processor)
    {
        if (!OperatingSystem.IsLinux() || processor >= 64 * MaskWords)
        {
            return false;
        }

        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        mask[processor / 64] = 1UL << (processor % 64);
        return SetAffinity(0, MaskWords * sizeof(ulong), mask) == 0;
    }

    private static unsafe int[] Read()
    {
        if (!OperatingSystem.IsLinux())
        {
            return [.. Enumerable.Range(0, Environment.ProcessorCount)];
        }

        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        if (GetAffinity(0, MaskWords * sizeof(ulong), mask) < 0)
        {
            return [.. Enumerable.Range(0, Environment.ProcessorCount)];
        }

        var allowed = new List<int>();
        for (int p = 0; p < 64 * MaskWords; p++)
        {
            if ((mask[p / 64] >> (p % 64) & 1) != 0)
            {
                allowed.Add(p);
            }
        }

        return [.. allowed];
    }

    private static int CountPresent()
    {
        const string Folder = "/sys/devices/system/cpu";
        int count = Directory.Exists(Folder)
            ? Directory.EnumerateDirectories(Folder, "cpu*").Count(d => int.TryParse(Path.GetFileName(d)[3..], out _))
            : 0;
        return Math.Max(count, Environment.ProcessorCount);
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static unsafe partial int SetAffinity(int thread, nuint bytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static unsafe partial int GetAffinity(int thread, nuint bytes, ulong* mask);
}
