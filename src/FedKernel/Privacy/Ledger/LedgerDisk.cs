// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FedKernel.Privacy.Ledger;

/// <summary>The calls that make a ledger last. Tests put a disk in their place that dies in between.</summary>
internal partial class LedgerDisk
{
    private const int OpenReadOnly = 0;

    /// <summary>Writes at the position of the file.</summary>
    public virtual void Write(FileStream file, ReadOnlySpan<byte> bytes) => file.Write(bytes);

    /// <summary>Returns when the file is on the disk itself.</summary>
    public virtual void Flush(FileStream file) => file.Flush(flushToDisk: true);

    /// <summary>Gives a file its name, at once or not at all.</summary>
    public virtual void Move(string from, string to, bool overwrite) => File.Move(from, to, overwrite);

    /// <summary>Returns when the names in a folder are on the disk itself. Windows has no such call and needs none.</summary>
    public virtual void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // The platform's file API refuses to open folders.
        using var handle = new SafeFileHandle(Open(folder, OpenReadOnly), ownsHandle: true);
        if (handle.IsInvalid || Synchronize(handle) != 0)
        {
            throw new IOException($"The folder '{folder}' cannot be flushed to disk: {new Win32Exception().Message}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(SafeFileHandle file);
}
