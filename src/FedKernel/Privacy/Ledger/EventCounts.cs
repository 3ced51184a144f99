// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Ledger;

/// <summary>
/// A history as "this event so many times": order does not matter to composition, and a thousand equal steps are one line to the
/// accountant. Repetitions and compositions are taken apart.
/// </summary>
internal sealed class EventCounts
{
    /// <summary>The most releases of one kind that a history holds: 2⁴⁰.</summary>
    public const long MaximumCount = 1L << 40;

    private readonly Dictionary<PrivacyEvent, long> _counts = [];

    public EventCounts()
    {
    }

    public EventCounts(PrivacyEvent e, long count) => Add(e, count);

    private EventCounts(EventCounts other) => _counts = new Dictionary<PrivacyEvent, long>(other._counts);

    public bool IsEmpty => _counts.Count == 0;

    /// <summary>This history, and the other one <paramref name="times"/> times.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="MaximumCount"/> of one event.</exception>
    public EventCounts Plus(EventCounts other, long times = 1)
    {
        var sum = new EventCounts(this);
        foreach ((PrivacyEvent e, long count) in other._counts)
        {
            sum.Add(e, Product(count, times));
        }

        return sum;
    }

    /// <summary>How often the other history can be added before a count is too large.</summary>
    public long Room(EventCounts other) =>
        other._counts.Min(pair => (MaximumCount - _counts.GetValueOrDefault(pair.Key)) / pair.Value);

    /// <summary>Every count enlarged by its own share, rounded down.</summary>
    public EventCounts Grown(double share)
    {
        var grown = new EventCounts();
        foreach ((PrivacyEvent e, long count) in _counts)
        {
            grown._counts[e] = Math.Min(MaximumCount, count + (long)(count * share));
        }

        return grown;
    }

    /// <summary>True if this history holds the other one: what bounds the loss of this bounds that of the other.</summary>
    public bool Covers(EventCounts other) =>
        other._counts.All(pair => _counts.TryGetValue(pair.Key, out long count) && count >= pair.Value);

    /// <summary>True if every event of the other one is among those of this, however often.</summary>
    public bool Knows(EventCounts other) => other._counts.Keys.All(_counts.ContainsKey);

    /// <summary>The history as the accountant reads it. Not for an empty one.</summary>
    public PrivacyEvent ToEvent()
    {
        PrivacyEvent[] parts = [.. _counts.Select(pair => pair.Value == 1 ? pair.Key : new RepeatedEvent(pair.Key, pair.Value))];
        return parts.Length == 1 ? parts[0] : new ComposedEvent(parts);
    }

    /// <summary>Adds to this history.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="MaximumCount"/> of one event.</exception>
    public void Add(PrivacyEvent e, long count)
    {
        switch (e)
        {
            case RepeatedEvent repeated:
                Add(repeated.Inner, Product(repeated.Count, count));
                break;
            case ComposedEvent composed:
                foreach (PrivacyEvent part in composed.Parts)
                {
                    Add(part, count);
                }

                break;
            default:
                _counts[e] = Checked((Int128)_counts.GetValueOrDefault(e) + count);
                break;
        }
    }

    private static long Product(long a, long b) => Checked((Int128)a * b);

    private static long Checked(Int128 count) => count <= MaximumCount
        ? (long)count
        : throw new ArgumentOutOfRangeException(nameof(count), count, $"A history holds one event at most {MaximumCount} times.");
}
