// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Ledger;

/// <summary>What is known about a ledger from elsewhere.</summary>
/// <param name="KeyFingerprint">SHA-256 of the public key in lower-case hex, if known.</param>
/// <param name="Head">An entry that the ledger must contain, if known.</param>
internal sealed record LedgerAnchors(string? KeyFingerprint, LedgerHead? Head);

/// <summary>A ledger that was read and found true.</summary>
/// <param name="Header">Its first line.</param>
/// <param name="Entries">The others, in order.</param>
/// <param name="Last">The last line and where it ends.</param>
/// <param name="Confirmed">What the head file vouches for: <paramref name="Last"/>, or an entry before it after a crash.</param>
/// <param name="TornLength">Bytes of a half-written entry at the end, which does not count.</param>
internal sealed record LedgerContents(
    LedgerHeader Header, List<LedgerEntry> Entries, ConfirmedHead Last, ConfirmedHead Confirmed, long TornLength)
{
    /// <summary>Everything that was charged.</summary>
    /// <exception cref="DataFormatException">More than any history holds.</exception>
    public EventCounts History()
    {
        var history = new EventCounts();
        try
        {
            foreach (LedgerEntry entry in Entries.Where(e => e.Event is not null))
            {
                history.Add(entry.Event!, entry.Count);
            }
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new DataFormatException($"The ledger of '{Header.Subject}': {e.Message}", e);
        }

        return history;
    }
}
