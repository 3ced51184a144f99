// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Ledger;

/// <summary>What an entry says.</summary>
public enum LedgerEntryType
{
    /// <summary>A release was paid for.</summary>
    Charge,

    /// <summary>Somebody declared a fact public: it costs nothing because of a reason that people must judge.</summary>
    DeclaredPublic,

    /// <summary>An entry that a crash had left half-written was cut off; nothing had been released for it.</summary>
    Recovery,
}

/// <summary>One line of a ledger.</summary>
/// <param name="Sequence">1, 2, 3, …</param>
/// <param name="Time">UTC, never before the previous entry.</param>
/// <param name="Type">What it says.</param>
/// <param name="Kind">What the release is for.</param>
/// <param name="Purpose">In the words of whoever charged.</param>
/// <param name="Event">What was paid for; null unless a charge.</param>
/// <param name="Count">How many times; 0 unless a charge.</param>
/// <param name="Reason">Why it costs nothing, or what was cut; null for a charge.</param>
public sealed record LedgerEntry(
    long Sequence,
    DateTimeOffset Time,
    LedgerEntryType Type,
    ReleaseKind Kind,
    string Purpose,
    PrivacyEvent? Event,
    long Count,
    string? Reason);
