// SPDX-License-Identifier: Apache-2.0
// Many updates in one pass: the sums cross the memory bus once for a group, and an update is examined while it is folded in.
// What is found wrong is taken back: integers subtract without a trace, so the sums are those of a fold that never was.
using FedKernel.Devices;
using FedKernel.Kernels;

namespace FedKernel.Aggregation;

public sealed partial class ExactMean
{
    // Updates of a pass: the sums are then a thirtieth of the traffic.
    private const int Group = 64;

    /// <summary>Folds updates in, or refuses each whole: the bits of folding them one after the other, in less time.</summary>
    /// <typeparam name="T">float, double, <see cref="Half"/> or <see cref="Numerics.BFloat16"/>: updates are read as they are.</typeparam>
    /// <param name="updates">d elements each, on the mean's device; not kept.</param>
    /// <param name="weights">One for each update, positive and finite.</param>
    /// <returns>What became of each.</returns>
    /// <exception cref="ArgumentException">There are not as many weights as updates.</exception>
    public IReadOnlyList<FoldOutcome> FoldMany<T>(IReadOnlyList<DeviceBuffer<T>> updates, ReadOnlySpan<double> weights)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(updates);
        Throw.IfLengthsDiffer(updates.Count, weights.Length, nameof(updates), nameof(weights));
        for (int u = 0; u < updates.Count; u++)
        {
            // Before anything is folded in: an error half-way would leave the mean with some of them.
            ArgumentNullException.ThrowIfNull(updates[u], nameof(updates));
            if (!ReferenceEquals(updates[u].Device, Device))
            {
                Throw.ForeignBuffer(nameof(updates), Device.Info.Id);
            }
        }

        var outcomes = new FoldOutcome[updates.Count];
        var group = new List<int>(Group);
        for (int u = 0; u < updates.Count; u++)
        {
            // Who is refused for what it holds takes no place: with few places left, one at a time sees who is.
            int places = Range.MaximumClientCount - ClientCount;
            if (Refusal(updates[u].Length, weights[u]) is { } reason)
            {
                outcomes[u] = FoldOutcome.Refused(reason);
            }
            else
            {
                group.Add(u);
            }

            if (group.Count > 0 && (group.Count == Math.Min(Group, places) || u == updates.Count - 1))
            {
                FoldGroup(updates, weights, group, outcomes);
                group.Clear();
            }
        }

        return outcomes;
    }

    private void FoldGroup<T>(
        IReadOnlyList<DeviceBuffer<T>> updates, ReadOnlySpan<double> weights, List<int> group, FoldOutcome[] outcomes)
        where T : unmanaged
    {
        var rows = new DeviceBuffer<T>[group.Count];
        var ops = new FixedPointAccumulate[group.Count];
        for (int g = 0; g < rows.Length; g++)
        {
            (rows[g], ops[g]) = (updates[group[g]], new FixedPointAccumulate(ScaleOf(weights[group[g]])));
        }

        var largest = new double[rows.Length];
        Device.AccumulateRows<T, FixedPointAccumulate>(rows, ops, _sums, largest);
        for (int g = 0; g < rows.Length; g++)
        {
            int u = group[g];
            if (RefusalOf(largest[g]) is { } reason)
            {
                var back = new FixedPointAccumulate(-ScaleOf(weights[u]));
                Device.AccumulateRows<T, FixedPointAccumulate>([rows[g]], [back], _sums, largest.AsSpan(g, 1));
                outcomes[u] = FoldOutcome.Refused(reason);
            }
            else
            {
                Count(weights[u]);
                outcomes[u] = FoldOutcome.Accepted;
            }
        }
    }
}
