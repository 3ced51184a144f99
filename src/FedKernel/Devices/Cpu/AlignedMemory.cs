// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace FedKernel.Devices.Cpu;

/// <summary>Native memory for vectors: zeroed, on 64 bytes, and skewed, so that vectors of one round do not meet in one set of the caches.</summary>
/// <remarks>
/// Large blocks begin on a page, each at the same place of it: sixteen rows that are read side by side then compete for eight
/// ways of one set. A start of 17 more lines for each vector takes that away, and large pages save the walks through the tables.
/// </remarks>
internal static unsafe partial class AlignedMemory
{
    private const int Line = 64;
    private const nuint LargePage = 2 << 20;
    private const int Skew = 17 * Line;
    private const int Skews = 16;
    private const int AdviseHugePages = 14;

    private static int _count;

    /// <summary>Memory of the given size, and what to free.</summary>
    /// <exception cref="OutOfMemoryException">There is not enough.</exception>
    public static void* Allocate(nuint bytes, out void* block)
    {
        bool large = bytes >= 2 * LargePage;
        nuint skew = large ? (nuint)(Skew * (int)((uint)Interlocked.Increment(ref _count) % Skews)) : 0;
        nuint whole = checked(bytes + skew + Line);
        block = NativeMemory.AlignedAlloc(whole, large ? LargePage : Line);
        if (large)
        {
            Advise(block, whole);
        }

        byte* start = (byte*)block + skew;
        NativeMemory.Clear(start, bytes);
        return start;
    }

    /// <summary>Frees what <see cref="Allocate"/> gave as its block.</summary>
    public static void Free(void* block) => NativeMemory.AlignedFree(block);

    // Only a wish: whether the system has large pages to spare changes the speed and nothing else.
    private static void Advise(void* block, nuint bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = MemoryAdvise(block, bytes, AdviseHugePages);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(void* address, nuint length, int advice);
}
