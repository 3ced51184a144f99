// SPDX-License-Identifier: Apache-2.0
using FedKernel.Updates;

namespace FedKernel.Privacy.Clipping;

/// <summary>A stretch of the flat vector.</summary>
/// <param name="Start">Index of its first element.</param>
/// <param name="Length">Number of its elements, at least 1.</param>
public readonly record struct ParameterWindow(long Start, long Length);

/// <summary>Tensors that are clipped together.</summary>
/// <param name="Name">For messages and reports.</param>
/// <param name="Windows">Where its elements lie, in order; neighbouring tensors are one window.</param>
/// <param name="Length">Number of its elements.</param>
public sealed record ParameterGroup(string Name, IReadOnlyList<ParameterWindow> Windows, long Length);

/// <summary>A partition of a layout: every tensor is in exactly one group. Immutable.</summary>
public sealed class ParameterGroups
{
    private ParameterGroups(ParameterLayout layout, IReadOnlyList<ParameterGroup> groups)
    {
        Layout = layout;
        Items = groups;
    }

    /// <summary>What is partitioned.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The groups in the order given; at least one.</summary>
    public IReadOnlyList<ParameterGroup> Items { get; }

    /// <summary>One group that holds every tensor: flat clipping.</summary>
    public static ParameterGroups Whole(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new ParameterGroups(layout, [new ParameterGroup("all", [new ParameterWindow(0, layout.Length)], layout.Length)]);
    }

    /// <summary>A group for each tensor, with its name: clipping per layer.</summary>
    public static ParameterGroups PerTensor(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new ParameterGroups(layout, [.. layout.Slots.Select(s => Group(s.Name, [s]))]);
    }

    /// <summary>Named groups of tensors: a weight together with its bias, say.</summary>
    /// <param name="layout">What is partitioned.</param>
    /// <param name="groups">A name for each group, and the names of its tensors.</param>
    /// <exception cref="ArgumentException">A tensor is unknown, in two groups or in none, or a group is empty or named like another.</exception>
    public static ParameterGroups Named(
        ParameterLayout layout, IReadOnlyList<(string Name, IReadOnlyList<string> Tensors)> groups)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(groups);
        var left = layout.Slots.ToDictionary(s => s.Name, StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var items = new List<ParameterGroup>(groups.Count);
        foreach ((string name, IReadOnlyList<string> tensors) in groups)
        {
            if (tensors.Count == 0 || !names.Add(name))
            {
                throw new ArgumentException($"Group '{name}' is empty or named like another.", nameof(groups));
            }

            var slots = new List<ParameterSlot>(tensors.Count);
            foreach (string tensor in tensors)
            {
                slots.Add(left.Remove(tensor, out ParameterSlot? slot)
                    ? slot
                    : throw new ArgumentException($"Tensor '{tensor}' of group '{name}' is unknown or in another group.", nameof(groups)));
            }

            items.Add(Group(name, slots));
        }

        if (left.Count > 0)
        {
            throw new ArgumentException(
                $"{left.Count} tensors are in no group, '{left.Keys.First()}' first: what is not clipped has no bound.", nameof(groups));
        }

        return new ParameterGroups(layout, items);
    }

    private static ParameterGroup Group(string name, IReadOnlyList<ParameterSlot> slots)
    {
        var windows = new List<ParameterWindow>();
        foreach (ParameterSlot slot in slots.OrderBy(s => s.Offset))
        {
            // Fewer windows are fewer launches.
            if (windows.Count > 0 && windows[^1] is var last && last.Start + last.Length == slot.Offset)
            {
                windows[^1] = last with { Length = last.Length + slot.Length };
            }
            else
            {
                windows.Add(new ParameterWindow(slot.Offset, slot.Length));
            }
        }

        return new ParameterGroup(name, windows, slots.Sum(s => s.Length));
    }
}
