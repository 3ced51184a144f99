// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;

namespace FedKernel.Training.Sampling;

/// <summary>Writes a sequence of releases as one event, as short as equal neighbours allow.</summary>
internal static class ReleaseHistory
{
    /// <summary>Releases of the given relation, and at least one of them.</summary>
    public static IReadOnlyList<GaussianEvent> Checked(IReadOnlyList<GaussianEvent> releases, NeighbouringRelation relation)
    {
        ArgumentNullException.ThrowIfNull(releases);
        Throw.IfNotInRange(releases.Count, 1, int.MaxValue, "number of releases");
        return releases.FirstOrDefault(e => e.Relation != relation) is not { } other
            ? releases
            : throw new ArgumentException($"The batches are accounted for '{relation}'; a release states '{other.Relation}'.", nameof(releases));
    }

    /// <summary>Runs of equal events become repetitions, several runs a composition.</summary>
    /// <param name="events">At least one.</param>
    public static PrivacyEvent Compose(IEnumerable<PrivacyEvent> events)
    {
        var runs = new List<(PrivacyEvent Event, long Count)>();
        foreach (PrivacyEvent e in events)
        {
            if (runs.Count > 0 && runs[^1].Event.Equals(e))
            {
                runs[^1] = (e, runs[^1].Count + 1);
            }
            else
            {
                runs.Add((e, 1));
            }
        }

        PrivacyEvent[] parts = [.. runs.Select(r => r.Count == 1 ? r.Event : new RepeatedEvent(r.Event, r.Count))];
        return parts.Length == 1 ? parts[0] : new ComposedEvent(parts);
    }
}
