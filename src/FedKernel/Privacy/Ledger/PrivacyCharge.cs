// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Ledger;

/// <summary>Proof that a release was paid for and that the payment is on disk. Only <see cref="PrivacyLedger.Charge"/> makes one.</summary>
/// <remarks>
/// Good for <see cref="Count"/> releases of exactly <see cref="Event"/>, in this process. What is not used is not paid back: after
/// a crash nobody knows whether it was released. Safe to use from several threads.
/// </remarks>
public sealed class PrivacyCharge
{
    private long _left;

    internal PrivacyCharge(string subject, LedgerHead head, PrivacyEvent e, long count)
    {
        (Subject, Head, Event, Count) = (subject, head, e, count);
        _left = count;
    }

    /// <summary>The data set that it was charged to.</summary>
    public string Subject { get; }

    /// <summary>The entry that says so.</summary>
    public LedgerHead Head { get; }

    /// <summary>What may be released.</summary>
    public PrivacyEvent Event { get; }

    /// <summary>How many times.</summary>
    public long Count { get; }

    /// <summary>How many are not used yet.</summary>
    public long Left => Interlocked.Read(ref _left);

    /// <summary>Uses one, right before the release.</summary>
    /// <param name="released">What is about to be released.</param>
    /// <exception cref="PrivacyBudgetException">Another event was paid for, or all are used: release nothing.</exception>
    public void Take(PrivacyEvent released)
    {
        ArgumentNullException.ThrowIfNull(released);
        if (!released.Equals(Event))
        {
            throw new PrivacyBudgetException(
                $"Entry {Head.Sequence} of '{Subject}' paid for {Event}; about to be released is {released}. Nothing was released.");
        }

        if (Interlocked.Decrement(ref _left) < 0)
        {
            Interlocked.Increment(ref _left);
            throw new PrivacyBudgetException(
                $"Entry {Head.Sequence} of '{Subject}' paid for {Count} releases, and all are used. Nothing was released.");
        }
    }
}
