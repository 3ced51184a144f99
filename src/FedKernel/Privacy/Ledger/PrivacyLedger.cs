// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Ledger;

/// <summary>The account of one data set: everything that was ever released about it, and the budget that ends it.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> A release that has a <see cref="PrivacyCharge"/> is in the file, on disk, whatever happens afterwards:
/// what was released never exceeds what was charged, and what is charged never exceeds the budget.</para>
/// <para><b>Assumptions.</b> Every release is charged before it is made, with an event that tells the truth about it. The file is
/// on a local disk that does not lie about flushing. What an attacker can and cannot do: README of this folder.</para>
/// <para><b>Edge cases.</b> A process that dies between charge and release has paid for nothing: the charge stays. After a failure
/// to write, this object charges no more; open the file again. Safe to use from several threads.</para>
/// </remarks>
public sealed class PrivacyLedger : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ECDsa _key;
    private readonly TimeProvider _clock;
    private readonly LedgerFile _file;
    private readonly LedgerHeader _header;
    private readonly List<LedgerEntry> _entries;
    private readonly BudgetAdmission _admission;
    private bool _failed, _closed;

    private PrivacyLedger(
        LedgerFile file, LedgerHeader header, List<LedgerEntry> entries, ECDsa key, TimeProvider clock, BudgetAdmission admission) =>
        (_file, _header, _entries, _key, _clock, _admission) = (file, header, entries, key, clock, admission);

    /// <summary>The data set.</summary>
    public string Subject => _header.Subject;

    /// <summary>What may be spent on it.</summary>
    public PrivacyBudget Budget => _header.Budget;

    /// <summary>The last entry. Keep it elsewhere: see <see cref="Open(string, ECDsa, LedgerHead?, TimeProvider?)"/>.</summary>
    public LedgerHead Head
    {
        get
        {
            lock (_gate)
            {
                return _file.Head;
            }
        }
    }

    /// <summary>ε of everything charged so far, at the budget's δ.</summary>
    public PrivacyBracket Spent
    {
        get
        {
            lock (_gate)
            {
                return _admission.Spent;
            }
        }
    }

    /// <summary>Begins the ledger of a data set.</summary>
    /// <param name="path">A file that is not there yet, on a local disk; PATH.head and PATH.lock come beside it.</param>
    /// <param name="subject">Which data set: 1 to 256 characters without control characters.</param>
    /// <param name="budget">What may be spent on it; never changed.</param>
    /// <param name="key">ECDSA over P-256, with its private part; used by nobody else meanwhile, and not disposed of here.</param>
    /// <param name="clock">UTC; the system's if left out.</param>
    /// <exception cref="IOException">The file is there already, or another process holds it.</exception>
    /// <exception cref="DataFormatException">The file is gone, and its head is still there.</exception>
    public static PrivacyLedger Create(string path, string subject, PrivacyBudget budget, ECDsa key, TimeProvider? clock = null) =>
        Create(path, subject, budget, key, clock ?? TimeProvider.System, new LedgerDisk(), PrivacyAccountant.Epsilon);

    /// <summary>Opens a ledger to go on charging. Every line is verified first.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key that it was begun with.</param>
    /// <param name="expectedHead">An entry that it must contain, kept outside the reach of whoever could roll the files back.</param>
    /// <param name="clock">UTC; the system's if left out.</param>
    /// <exception cref="IOException">It is not there, or another process holds it.</exception>
    /// <exception cref="DataFormatException">It was truncated, reordered, forged, damaged or rolled back: what, and where.</exception>
    /// <exception cref="ArgumentException">The key is another one.</exception>
    public static PrivacyLedger Open(string path, ECDsa key, LedgerHead? expectedHead = null, TimeProvider? clock = null) =>
        Open(path, key, expectedHead, clock ?? TimeProvider.System, new LedgerDisk(), PrivacyAccountant.Epsilon);

    /// <summary>Pays for a release, before it is made.</summary>
    /// <remarks>When this returns, the charge is on disk. When it throws, release nothing.</remarks>
    /// <param name="e">One release, stated for the budget's relation: what <see cref="PrivacyCharge.Take"/> will be asked for.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="purpose">The same in words: 1 to 256 characters without control characters.</param>
    /// <param name="count">How many such releases, 1 to 2⁴⁰: paying for many at once is one entry and one flush.</param>
    /// <returns>Proof of it, for the mechanism.</returns>
    /// <exception cref="PrivacyBudgetException">The budget would be exceeded; nothing was written. Says what is left.</exception>
    /// <exception cref="ArgumentException">An event that the accountant or the ledger does not know, of another relation, or out
    /// of range; a text that may not stand in a ledger. Nothing was written.</exception>
    /// <exception cref="ProtocolException">The clock is behind the last entry. Nothing was written.</exception>
    /// <exception cref="IOException">The disk failed: whether the charge counts is known when the ledger is opened again.</exception>
    public PrivacyCharge Charge(PrivacyEvent e, ReleaseKind kind, string purpose, long count = 1)
    {
        ArgumentNullException.ThrowIfNull(e);
        Throw.IfNotInRange(count, 1, EventCounts.MaximumCount);
        CheckKind(kind);
        CheckRelation(e);
        lock (_gate)
        {
            LedgerEntry entry = Next(LedgerEntryType.Charge, kind, purpose, e, count, null);
            byte[] line = _file.Prepare(entry, _key);
            var asked = new EventCounts(e, count);
            if (!_admission.Fits(asked))
            {
                throw Exceeded(e, count, asked);
            }

            Append(entry, line);
            _admission.Add(asked);
            return new PrivacyCharge(Subject, _file.Head, e, count);
        }
    }

    /// <summary>Records a fact that is used and costs nothing: published by others, fixed by law or by the study's plan.</summary>
    /// <remarks>Nothing checks the reason but the people who read the report, where every such entry stands.</remarks>
    /// <param name="kind">What it is for.</param>
    /// <param name="purpose">What is used.</param>
    /// <param name="reason">Why it says nothing about the data set.</param>
    /// <exception cref="ArgumentException">A text that may not stand in a ledger.</exception>
    /// <exception cref="ProtocolException">The clock is behind the last entry.</exception>
    public void ChargeNothing(ReleaseKind kind, string purpose, string reason)
    {
        CheckKind(kind);
        lock (_gate)
        {
            LedgerEntry entry = Next(LedgerEntryType.DeclaredPublic, kind, purpose, null, 0, LedgerText.Checked(reason));
            Append(entry, _file.Prepare(entry, _key));
        }
    }

    /// <summary>How many more releases of this event fit into the budget, found by bisection; at most 2⁴⁰. Dozens of questions to the accountant: seconds.</summary>
    /// <exception cref="ArgumentException">The accountant does not know the event, or it is stated for another relation.</exception>
    public long Remaining(PrivacyEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        CheckRelation(e);
        lock (_gate)
        {
            return _admission.Remaining(new EventCounts(e, 1), EventCounts.MaximumCount);
        }
    }

    /// <summary>Everything that was charged and declared, with ε in total and by kind.</summary>
    public PrivacyReport Report()
    {
        lock (_gate)
        {
            return PrivacyReport.Of(_header, _entries, _file.Head, 0, _admission.Spent);
        }
    }

    /// <summary>Closes the files; another process may open them.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _file.Dispose();
        }
    }

    internal static PrivacyLedger Create(
        string path, string subject, PrivacyBudget budget, ECDsa key, TimeProvider clock, LedgerDisk disk, Func<PrivacyEvent, double, PrivacyBracket> accountant)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(key);
        var header = new LedgerHeader(LedgerText.Checked(subject), budget, clock.GetUtcNow(), LedgerLine.PublicKeyOf(key));
        return new PrivacyLedger(
            LedgerFile.Create(path, header, key, disk), header, [], key, clock, new BudgetAdmission(budget, new EventCounts(), accountant));
    }

    internal static PrivacyLedger Open(
        string path, ECDsa key, LedgerHead? expectedHead, TimeProvider clock, LedgerDisk disk, Func<PrivacyEvent, double, PrivacyBracket> accountant)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(key);
        var anchors = new LedgerAnchors(LedgerLine.Digest(LedgerLine.PublicKeyOf(key)), expectedHead);
        (LedgerFile file, LedgerContents contents) = LedgerFile.Open(path, key, anchors, disk);
        try
        {
            var admission = new BudgetAdmission(contents.Header.Budget, contents.History(), accountant);
            var ledger = new PrivacyLedger(file, contents.Header, contents.Entries, key, clock, admission);
            if (contents.TornLength > 0)
            {
                ledger.RecordCut(contents.TornLength);
            }

            return ledger;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void CheckKind(ReleaseKind kind)
    {
        if (kind == ReleaseKind.None || !Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "Say what the release is for.");
        }
    }

    private void CheckRelation(PrivacyEvent e)
    {
        if (e.Relation != Budget.Relation)
        {
            throw new ArgumentException($"The event is stated for {e.Relation}, the budget of '{Subject}' for {Budget.Relation}.", nameof(e));
        }
    }

    private void RecordCut(long length)
    {
        LedgerEntry entry = Next(
            LedgerEntryType.Recovery,
            ReleaseKind.None,
            "opened after a crash",
            null,
            0,
            $"cut off {length} bytes of an entry that was never confirmed");
        Append(entry, _file.Prepare(entry, _key));
    }

    private LedgerEntry Next(LedgerEntryType type, ReleaseKind kind, string purpose, PrivacyEvent? e, long count, string? reason)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_failed)
        {
            throw new IOException($"The ledger of '{Subject}' failed to write before: open it again. Nothing was released.");
        }

        if (_entries.Count >= LedgerScanner.MaximumEntries)
        {
            throw new PrivacyBudgetException(
                $"The ledger of '{Subject}' is full: {LedgerScanner.MaximumEntries} entries. Charge many releases at once. Nothing was released.");
        }

        DateTimeOffset now = _clock.GetUtcNow().ToUniversalTime();
        DateTimeOffset earlier = _entries.Count == 0 ? _header.Created : _entries[^1].Time;
        return now >= earlier
            ? new LedgerEntry(_entries.Count + 1, now, type, kind, purpose, e, count, reason)
            : throw new ProtocolException(
                $"The clock went back: it shows {now:O}, the last entry of '{Subject}' is of {earlier:O}. "
                + "Set the clock right or wait until then. Nothing was written or released.");
    }

    private void Append(LedgerEntry entry, byte[] line)
    {
        // Whatever happens in between: what is on disk is then known only by reading it.
        _failed = true;
        _file.Append(line, _key);
        _entries.Add(entry);
        _failed = false;
    }

    private PrivacyBudgetException Exceeded(PrivacyEvent e, long count, EventCounts asked)
    {
        PrivacyBracket spent = _admission.Spent;
        long remaining = count == 1 ? 0 : _admission.Remaining(new EventCounts(e, 1), count - 1);
        return new PrivacyBudgetException(FormattableString.Invariant(
            $"The budget of '{Subject}' is {Budget}. Spent: ε in [{spent.Lower:G6}, {spent.Upper:G6}]. Asked for: {count} × {e}, with which ε would be {_admission.With(asked).Upper:G6}. Left: {remaining} of these. Nothing was written or released."));
    }
}
