// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Ledger;

/// <summary>What one kind of release amounts to.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Entries">Entries of it.</param>
/// <param name="Releases">Releases paid for by them.</param>
/// <param name="DeclaredPublic">Entries that declare a fact public.</param>
/// <param name="Alone">ε if nothing else had been released. These do not add up to the total: composition is cheaper than a sum.</param>
public sealed record ReleaseSummary(ReleaseKind Kind, long Entries, long Releases, long DeclaredPublic, PrivacyBracket Alone);

/// <summary>Everything that a ledger says, for those who must judge it.</summary>
/// <param name="Subject">The data set.</param>
/// <param name="Budget">What may be spent on it: ε, δ, unit and relation.</param>
/// <param name="Spent">ε of everything charged, at the budget's δ.</param>
/// <param name="Kinds">The same by kind, in the order of <see cref="ReleaseKind"/>.</param>
/// <param name="Entries">Every line.</param>
/// <param name="Head">The last line, to be kept elsewhere.</param>
/// <param name="KeyFingerprint">SHA-256 of the public key that signed it, in lower-case hex.</param>
/// <param name="TornLength">Bytes of a half-written entry at the end, which does not count: 0 unless a crash or a write in flight.</param>
public sealed record PrivacyReport(
    string Subject,
    PrivacyBudget Budget,
    PrivacyBracket Spent,
    IReadOnlyList<ReleaseSummary> Kinds,
    IReadOnlyList<LedgerEntry> Entries,
    LedgerHead Head,
    string KeyFingerprint,
    long TornLength)
{
    /// <summary>Reads and verifies a ledger without any secret, also while another process writes to it. Changes nothing.</summary>
    /// <param name="path">The ledger; PATH.head must lie beside it.</param>
    /// <param name="keyFingerprint">SHA-256 of the public key that must have signed it, 64 lower-case hex digits. Without it the
    /// ledger only agrees with itself: anyone can write one under a key of their own.</param>
    /// <param name="expectedHead">An entry that it must contain.</param>
    /// <exception cref="IOException">It is not there.</exception>
    /// <exception cref="DataFormatException">It was truncated, reordered, forged, damaged or rolled back: what, and where; or it
    /// holds events that the accountant does not know.</exception>
    public static PrivacyReport Read(string path, string? keyFingerprint = null, LedgerHead? expectedHead = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = LedgerFile.RealPath(path);
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        LedgerContents contents = LedgerScanner.Scan(path, file, new LedgerAnchors(keyFingerprint, expectedHead));
        try
        {
            var admission = new BudgetAdmission(contents.Header.Budget, contents.History(), PrivacyAccountant.Epsilon);
            return Of(contents.Header, contents.Entries, contents.Last.Head, contents.TornLength, admission.Spent);
        }
        catch (ArgumentException e)
        {
            throw new DataFormatException($"'{path}' holds what the accountant does not know: {e.Message}", e);
        }
    }

    internal static PrivacyReport Of(
        LedgerHeader header, IReadOnlyList<LedgerEntry> entries, LedgerHead head, long tornLength, PrivacyBracket spent) => new(
        header.Subject,
        header.Budget,
        spent,
        [.. entries.Where(e => e.Kind != ReleaseKind.None).GroupBy(e => e.Kind).OrderBy(g => g.Key).Select(g => Summary(header.Budget, g.Key, [.. g]))],
        [.. entries],
        head,
        LedgerLine.Digest(header.PublicKey),
        tornLength);

    private static ReleaseSummary Summary(PrivacyBudget budget, ReleaseKind kind, LedgerEntry[] entries)
    {
        var history = new EventCounts();
        foreach (LedgerEntry entry in entries.Where(e => e.Event is not null))
        {
            history.Add(entry.Event!, entry.Count);
        }

        return new ReleaseSummary(
            kind,
            entries.Length,
            entries.Sum(e => e.Count),
            entries.Count(e => e.Type == LedgerEntryType.DeclaredPublic),
            new BudgetAdmission(budget, history, PrivacyAccountant.Epsilon).Spent);
    }
}
