// SPDX-License-Identifier: Apache-2.0
// Three files: PATH, the entries, only ever appended to; PATH.head, how much of it was confirmed, replaced whole; PATH.lock, held
// by the process that writes. An entry is written and flushed, then the head, and only then does the caller hear of it. So:
//   a line beyond the head is complete   its charge counts; perhaps nobody heard of it
//   a line beyond the head is not        nobody heard of it, nothing was released for it: it is cut off
//   the head is beyond the lines         somebody shortened the ledger
using System.Security.Cryptography;

namespace FedKernel.Privacy.Ledger;

/// <summary>The files of a ledger, open for one writer.</summary>
internal sealed class LedgerFile : IDisposable
{
    private readonly string _path, _folder;
    private readonly LedgerDisk _disk;
    private readonly FileStream _lock, _file;
    private ConfirmedHead _last;

    private LedgerFile(string path, LedgerDisk disk, FileStream @lock, FileStream file, ConfirmedHead last)
    {
        (_path, _disk, _lock, _file, _last) = (path, disk, @lock, file, last);
        _folder = FolderOf(path);
    }

    /// <summary>The last line.</summary>
    public LedgerHead Head => _last.Head;

    /// <summary>Where the head of a ledger is kept.</summary>
    public static string HeadOf(string path) => path + ".head";

    /// <summary>Makes a ledger with nothing in it.</summary>
    /// <exception cref="IOException">It is there already, or another process holds it.</exception>
    /// <exception cref="DataFormatException">It is not there and its head is: it was deleted.</exception>
    public static LedgerFile Create(string path, LedgerHeader header, ECDsa key, LedgerDisk disk)
    {
        path = RealPath(path);
        FileStream held = Lock(path);
        try
        {
            if (File.Exists(path))
            {
                throw new IOException($"'{path}' is there already: open it, or name another file for another data set.");
            }

            // A creation that was cut short leaves a head that confirms no entry.
            if (File.Exists(HeadOf(path)) && LedgerScanner.PeekHead(path).Head.Sequence > 0)
            {
                throw new DataFormatException($"'{HeadOf(path)}' confirms entries of a ledger that is gone: '{path}' was deleted.");
            }

            byte[] line = LedgerLine.Sign(LedgerJson.Write(header), key);
            var last = new ConfirmedHead(new LedgerHead(0, LedgerLine.Digest(line)), line.Length);
            WriteWhole(path + ".part", line, disk);
            // The head first: a ledger without one never exists, so that one without is always a deleted one.
            ReplaceHead(path, last, key, disk);
            disk.Move(path + ".part", path, overwrite: false);
            disk.FlushFolder(FolderOf(path));
            return new LedgerFile(path, disk, held, OpenToAppend(path, line.Length), last);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Opens a ledger for writing, brings the head up to it, and cuts off what a crash left half-written.</summary>
    /// <exception cref="IOException">Another process holds it, or it is not there.</exception>
    /// <exception cref="DataFormatException">It is not true: see <see cref="LedgerScanner"/>.</exception>
    public static (LedgerFile File, LedgerContents Contents) Open(
        string path, ECDsa key, LedgerAnchors anchors, LedgerDisk disk)
    {
        path = RealPath(path);
        if (!File.Exists(path))
        {
            throw File.Exists(HeadOf(path))
                ? new DataFormatException($"'{path}' is gone and '{HeadOf(path)}' is still there: the ledger was deleted, or never finished.")
                : new FileNotFoundException($"There is no ledger '{path}'.", path);
        }

        FileStream held = Lock(path);
        FileStream? file = null;
        try
        {
            file = OpenToAppend(path, 0);
            LedgerContents contents = LedgerScanner.Scan(path, file, anchors);
            if (contents.TornLength > 0)
            {
                file.SetLength(contents.Last.Length);
                disk.Flush(file);
            }

            if (contents.Confirmed != contents.Last)
            {
                ReplaceHead(path, contents.Last, key, disk);
            }

            file.Position = contents.Last.Length;
            return (new LedgerFile(path, disk, held, file, contents.Last), contents);
        }
        catch
        {
            file?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>The line of the next entry. Writes nothing.</summary>
    /// <exception cref="ArgumentException">It has what may not stand in a ledger.</exception>
    public byte[] Prepare(LedgerEntry entry, ECDsa key) => LedgerLine.Sign(LedgerJson.Write(entry, _last.Head.Digest), key);

    /// <summary>Appends a line. When this returns, it is on disk and confirmed. When it throws, use this object no more.</summary>
    public void Append(byte[] line, ECDsa key)
    {
        if (_file.Length != _last.Length)
        {
            throw new IOException($"'{_path}' has {_file.Length} bytes where {_last.Length} are due: something else writes to it.");
        }

        _disk.Write(_file, line);
        _disk.Flush(_file);
        _last = new ConfirmedHead(new LedgerHead(_last.Head.Sequence + 1, LedgerLine.Digest(line)), _last.Length + line.Length);
        ReplaceHead(_path, _last, key, _disk);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    /// <summary>A link to a ledger must lead to the same lock.</summary>
    internal static string RealPath(string path) =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target ? target.FullName : Path.GetFullPath(path);

    private static string FolderOf(string path) => Path.GetDirectoryName(path)!;

    private static FileStream OpenToAppend(string path, long position)
    {
        var file = new FileStream(
            path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, FileOptions.WriteThrough);
        file.Position = position;
        return file;
    }

    private static FileStream Lock(string path)
    {
        try
        {
            // Never deleted: a lock under a name that can go is no lock.
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new IOException($"'{path}' is in use by another ledger object or process: one writes at a time.", e);
        }
    }

    private static void ReplaceHead(string path, ConfirmedHead head, ECDsa key, LedgerDisk disk)
    {
        string unfinished = HeadOf(path) + ".part";
        WriteWhole(unfinished, LedgerLine.Sign(LedgerJson.Write(head), key), disk);
        disk.Move(unfinished, HeadOf(path), overwrite: true);
        disk.FlushFolder(FolderOf(path));
    }

    private static void WriteWhole(string path, byte[] bytes, LedgerDisk disk)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        disk.Write(file, bytes);
        disk.Flush(file);
    }
}
