// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace FedKernel.Privacy.Ledger;

/// <summary>Reads a ledger line by line, believing nothing: lengths first, then signature, then order, then time.</summary>
internal sealed class LedgerScanner
{
    /// <summary>A ledger has at most a million entries.</summary>
    public const long MaximumEntries = 1_000_000;

    private const int MaximumHeadLength = 1024;

    private readonly string _path;
    private readonly LedgerAnchors _anchors;
    private readonly List<LedgerEntry> _entries = [];
    private LedgerHeader? _header;
    private ECDsa? _key;
    private ConfirmedHead? _last, _confirmed;
    private byte[] _headBody = [], _headSignature = [];

    private LedgerScanner(string path, LedgerAnchors anchors) => (_path, _anchors) = (path, anchors);

    /// <summary>Reads a ledger and its head.</summary>
    /// <param name="path">The ledger.</param>
    /// <param name="file">The same, open for reading, at its start.</param>
    /// <param name="anchors">What it must agree with.</param>
    /// <exception cref="DataFormatException">Something is missing, damaged, out of order or forged: what, and where.</exception>
    public static LedgerContents Scan(string path, Stream file, LedgerAnchors anchors)
    {
        var scanner = new LedgerScanner(path, anchors);
        scanner.ReadHead();
        try
        {
            return scanner.Scan(file);
        }
        finally
        {
            scanner._key?.Dispose();
        }
    }

    /// <summary>What a head file says, its signature not looked at.</summary>
    /// <exception cref="DataFormatException">It is no head file.</exception>
    public static ConfirmedHead PeekHead(string path)
    {
        var scanner = new LedgerScanner(path, new LedgerAnchors(null, null));
        scanner.ReadHead();
        return scanner._confirmed!;
    }

    private LedgerContents Scan(Stream file)
    {
        var buffer = new byte[LedgerLine.MaximumLength];
        int used = 0, filled = 0;
        long position = 0, torn = 0;
        while (true)
        {
            int length = buffer.AsSpan(used, filled - used).IndexOf((byte)'\n') + 1;
            if (length > 0)
            {
                Memory<byte> line = buffer.AsMemory(used, length);
                if (position >= _confirmed!.Length && line.Span.Contains((byte)0) && position + length == file.Length)
                {
                    // The length of the file reached the disk before all of its blocks did.
                    torn = length;
                    break;
                }

                Accept(line.Span, position);
                (used, position) = (used + length, position + length);
                continue;
            }

            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            (used, filled) = (0, filled - used);
            if (filled == buffer.Length)
            {
                throw Bad(position, $"it is longer than {LedgerLine.MaximumLength} bytes");
            }

            int read = file.Read(buffer, filled, buffer.Length - filled);
            if (read == 0)
            {
                torn = filled;
                break;
            }

            filled += read;
        }

        return Finish(torn, position);
    }

    private LedgerContents Finish(long torn, long length)
    {
        if (_header is null || _last!.Head.Sequence < _confirmed!.Head.Sequence)
        {
            throw new DataFormatException(
                $"'{_path}' was truncated: its head confirms {_confirmed!.Head.Sequence} entries in {_confirmed.Length} bytes; "
                + $"whole are {_last?.Head.Sequence ?? 0} in {length}.");
        }

        return _anchors.Head is { } expected && _last.Head.Sequence < expected.Sequence
            ? throw new DataFormatException(
                $"'{_path}' was rolled back: entry {expected.Sequence} was seen elsewhere; the ledger ends at {_last.Head.Sequence}.")
            : new LedgerContents(_header, _entries, _last, _confirmed, torn);
    }

    private void Accept(ReadOnlySpan<byte> line, long position)
    {
        if (!LedgerLine.TrySplit(line, out byte[] body, out byte[] signature))
        {
            throw Bad(position, "it does not end in a signature");
        }

        string digest = LedgerLine.Digest(line);
        try
        {
            if (_header is null)
            {
                AcceptHeader(body, signature, position);
            }
            else
            {
                AcceptEntry(body, signature, position);
            }
        }
        catch (FormatException e)
        {
            throw Bad(position, e.Message, e);
        }

        _last = new ConfirmedHead(new LedgerHead(_entries.Count, digest), position + line.Length);
        if (_last.Head.Sequence == _confirmed!.Head.Sequence && _last != _confirmed)
        {
            throw Bad(position, "it is not the line that the head confirms: the ledger was exchanged or rewritten");
        }

        if (_last.Head.Sequence == _anchors.Head?.Sequence && _last.Head != _anchors.Head)
        {
            throw Bad(position, $"entry {_last.Head.Sequence} is another one than was seen elsewhere: the ledger was rewritten");
        }
    }

    private void AcceptHeader(byte[] body, byte[] signature, long position)
    {
        LedgerHeader header = LedgerJson.ReadHeader(body);
        _key = LedgerLine.ImportPublicKey(header.PublicKey) ?? throw Bad(position, "its public key is none over P-256");
        CheckSignature(body, signature, position);
        string fingerprint = LedgerLine.Digest(header.PublicKey);
        if (_anchors.KeyFingerprint is { } expected && expected != fingerprint)
        {
            throw new DataFormatException(
                $"'{_path}' is signed by the key {fingerprint}; expected was {expected}: it is another ledger, or a forged one.");
        }

        if (!LedgerLine.IsSigned(_headBody, _headSignature, _key))
        {
            throw new DataFormatException($"'{_path}': the head's signature is not of the ledger's key: it is forged or of another ledger.");
        }

        _header = header;
    }

    private void AcceptEntry(byte[] body, byte[] signature, long position)
    {
        CheckSignature(body, signature, position);
        (LedgerEntry entry, string previous) = LedgerJson.ReadEntry(body);
        long expected = _entries.Count + 1;
        if (entry.Sequence != expected)
        {
            throw Bad(position, $"it is entry {entry.Sequence} where {expected} is due: entries are missing, repeated or in another order");
        }

        if (expected > MaximumEntries)
        {
            throw Bad(position, $"a ledger has at most {MaximumEntries} entries");
        }

        if (previous != _last!.Head.Digest)
        {
            throw Bad(position, $"entry {entry.Sequence} follows another line than the one before it: lines were exchanged");
        }

        DateTimeOffset earlier = _entries.Count == 0 ? _header!.Created : _entries[^1].Time;
        if (entry.Time < earlier)
        {
            throw Bad(position, $"entry {entry.Sequence} is of {entry.Time:O}, before {earlier:O} of the line above: the clock went back");
        }

        if (entry.Event is { } e && e.Relation != _header!.Budget.Relation)
        {
            throw Bad(position, $"entry {entry.Sequence} is for the relation {e.Relation}, the budget for {_header.Budget.Relation}");
        }

        _entries.Add(entry);
    }

    private void CheckSignature(byte[] body, byte[] signature, long position)
    {
        if (!LedgerLine.IsSigned(body, signature, _key!))
        {
            throw Bad(position, "its signature is not of the ledger's key: it is damaged or forged");
        }
    }

    private void ReadHead()
    {
        string path = LedgerFile.HeadOf(_path);
        if (!File.Exists(path))
        {
            throw new DataFormatException($"'{path}' is missing: without it nobody can tell whether '{_path}' was truncated.");
        }

        byte[] line;
        using (FileStream file = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            line = file.Length <= MaximumHeadLength
                ? new byte[file.Length]
                : throw new DataFormatException($"'{path}' has {file.Length} bytes; a head has at most {MaximumHeadLength}.");
            file.ReadExactly(line);
        }

        try
        {
            _confirmed = LedgerLine.TrySplit(line, out _headBody, out _headSignature)
                ? LedgerJson.ReadHead(_headBody)
                : throw new FormatException("it does not end in a signature");
        }
        catch (FormatException e)
        {
            throw new DataFormatException($"'{path}' is no head of a ledger: {e.Message}.", e);
        }
    }

    private DataFormatException Bad(long position, string what, Exception? inner = null) => new(
        $"'{_path}', line {_entries.Count + (_header is null ? 1 : 2)} at byte {position}: {what}.", inner);
}
