// SPDX-License-Identifier: Apache-2.0
// Who may still pass. A history that a longer one within the budget contains is within the budget itself: leaving releases out
// loses nothing. So when a charge needs the accountant, a longer history is tried as well, grown by a share of itself, and the
// charges that it covers ask nobody: T equal or alternating charges cost O(log T) questions instead of T.
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Ledger;

/// <summary>Holds the history of a ledger against its budget.</summary>
internal sealed class BudgetAdmission(PrivacyBudget budget, EventCounts history, Func<PrivacyEvent, double, PrivacyBracket> accountant)
{
    private EventCounts _history = history;
    private EventCounts? _proven;
    private PrivacyBracket? _spent;
    private double _share = 1;

    /// <summary>ε of everything admitted.</summary>
    public PrivacyBracket Spent => _spent ??= Epsilon(_history);

    /// <summary>True if the history and this stay within the budget. Changes nothing that was admitted.</summary>
    /// <exception cref="ArgumentException">The accountant does not know the event.</exception>
    public bool Fits(EventCounts asked)
    {
        EventCounts next = _history.Plus(asked);
        if (_proven is not null && _proven.Covers(next))
        {
            return true;
        }

        // Written so that NaN does not fit.
        if (!(Epsilon(next).Upper <= budget.Epsilon))
        {
            return false;
        }

        _proven = next;
        if (_history.Knows(asked))
        {
            LookAhead(next);
        }

        return true;
    }

    /// <summary>Adds to the history what fitted and is on disk.</summary>
    public void Add(EventCounts asked) => (_history, _spent) = (_history.Plus(asked), null);

    /// <summary>ε if this were added.</summary>
    public PrivacyBracket With(EventCounts asked) => Epsilon(_history.Plus(asked));

    /// <summary>The largest k for which k times this still fits, at most <paramref name="most"/>.</summary>
    public long Remaining(EventCounts one, long most)
    {
        bool Fits(long times) => Epsilon(_history.Plus(one, times)).Upper <= budget.Epsilon;
        most = Math.Min(most, _history.Room(one));
        long low = 0, high = Math.Min(1, most);
        while (high > low && Fits(high))
        {
            (low, high) = (high, Math.Min(2 * high, most));
        }

        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = Fits(middle) ? (middle, high) : (low, middle);
        }

        return low;
    }

    private void LookAhead(EventCounts next)
    {
        EventCounts ahead = next.Grown(_share);
        if (next.Covers(ahead))
        {
            return;
        }

        if (IsWithin(ahead))
        {
            _proven = ahead;
        }
        else
        {
            _share /= 2;
        }
    }

    /// <summary>A history that is only tried must not fail the charge that asked for less.</summary>
    private bool IsWithin(EventCounts ahead)
    {
        try
        {
            return Epsilon(ahead).Upper <= budget.Epsilon;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private PrivacyBracket Epsilon(EventCounts history) => history.IsEmpty
        ? new PrivacyBracket(0, 0, "nothing was released", "nothing was released")
        : accountant(history.ToEvent(), budget.Delta);
}
