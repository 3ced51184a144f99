// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace FedKernel.Instruments.Benchmarks;

/// <summary>Rows of one length in native memory, laid out so that what is timed is the kernel and not the pages.</summary>
/// <remarks>
/// Starts on 2 MiB and asks for huge pages, where the operating system has them; every page is written beforehand. Row r starts
/// r · 1088 bytes (an odd multiple of 64 B, and 1 KiB) past a multiple of 2 MiB: rows whose low address bits are equal share the
/// few ways of one set of the cache, and sixteen of them throw each other out.
/// </remarks>
internal sealed unsafe partial class HostMemory : IDisposable
{
    private const nuint Huge = 2 << 20;
    private const nuint Skew = 1088;
    private const int AdviceHugePage = 14;

    private readonly nuint _stride;
    private byte* _start;

    /// <summary>Allocates zeroed rows.</summary>
    /// <param name="rowCount">At least 1.</param>
    /// <param name="rowBytes">Bytes of a row.</param>
    public HostMemory(int rowCount, long rowBytes)
    {
        (RowCount, RowBytes) = (rowCount, rowBytes);
        _stride = ((((nuint)rowBytes + Huge - 1) / Huge) * Huge) + Skew;
        nuint bytes = checked((_stride * (nuint)rowCount) + Huge);
        _start = (byte*)NativeMemory.AlignedAlloc(bytes, Huge);
        HasHugePages = OperatingSystem.IsLinux() && madvise(_start, bytes, AdviceHugePage) == 0;
        NativeMemory.Clear(_start, bytes);
        SpanBytes = (long)(((_stride * (nuint)(rowCount - 1)) + (nuint)rowBytes) / 64 * 64);
    }

    public int RowCount { get; }

    public long RowBytes { get; }

    /// <summary>Bytes from the first of row 0 to the last of the last row, the gaps between rows counted in.</summary>
    public long SpanBytes { get; }

    /// <summary>Whether the operating system took the wish for huge pages; it need not grant it.</summary>
    public bool HasHugePages { get; }

    /// <summary>First byte of a row, on a multiple of 64.</summary>
    public void* Row(int r)
    {
        ObjectDisposedException.ThrowIf(_start == null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)r, (uint)RowCount, nameof(r));
        return _start + ((nuint)r * _stride);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }

    [LibraryImport("libc")]
    private static partial int madvise(void* address, nuint bytes, int advice);
}
