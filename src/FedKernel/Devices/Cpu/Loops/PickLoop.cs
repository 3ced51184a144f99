// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Writes what each segment has from a threshold on to the place that its tally names.</summary>
/// <remarks>Elements have <paramref name="names"/>; without them they are neighbours from <paramref name="firstIndex"/> on.</remarks>
internal readonly unsafe struct PickLoop(
    uint* values, uint* names, uint firstIndex, Segment* segments, long segmentCount, uint threshold, Tally* tallies,
    uint* indices, uint* results) : ILoop
{
    private readonly uint* _values = values, _names = names, _indices = indices, _results = results;
    private readonly uint _firstIndex = firstIndex, _threshold = threshold;
    private readonly Segment* _segments = segments;
    private readonly long _segmentCount = segmentCount;
    private readonly Tally* _tallies = tallies;

    [SkipLocalsInit]
    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        uint* room = stackalloc uint[2 * Picked.Room];
        var picked = new Picked { Indices = room, Values = room + Picked.Room };
        long end = Math.Min((chunk + 1) * Segment.PerChunk, _segmentCount);
        for (long s = chunk * Segment.PerChunk; s < end; s++)
        {
            picked.Count = 0;
            Tally tally = _tallies[s];
            Pick<TWord>(ref picked, _segments[s], tally);

            // Through the stack, because a register stored whole would reach into the place of another segment.
            new ReadOnlySpan<uint>(picked.Indices, picked.Count).CopyTo(new Span<uint>(_indices + tally.Start, picked.Count));
            new ReadOnlySpan<uint>(picked.Values, picked.Count).CopyTo(new Span<uint>(_results + tally.Start, picked.Count));
        }
    }

    private void Pick<TWord>(ref Picked picked, Segment segment, Tally tally)
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        int equal = tally.AtLeast - tally.Above;
        if (tally.Above + tally.Ties == 0)
        {
            return;
        }

        if (tally.Ties > 0 && tally.Ties < equal)
        {
            PickSomeTies(ref picked, segment, tally.Ties);
            return;
        }

        uint threshold = tally.Ties > 0 ? _threshold : _threshold + 1, first = _firstIndex + (uint)segment.Start;
        if (_names == null)
        {
            Picking.Dense<TWord>(ref picked, _values + segment.Start, segment.Count, first, threshold);
        }
        else
        {
            Picking.Sparse<TWord>(ref picked, _values + segment.Start, _names + segment.Start, segment.Count, threshold);
        }
    }

    /// <summary>The one segment in which the equals of the k-th largest run out.</summary>
    private void PickSomeTies(ref Picked picked, Segment segment, int ties)
    {
        for (int i = 0; i < segment.Count; i++)
        {
            long at = segment.Start + i;
            uint value = _values[at], index = _names == null ? _firstIndex + (uint)at : _names[at];
            bool equal = (value & int.MaxValue) == _threshold;
            if (!equal || ties-- > 0)
            {
                Picking.PutOne(ref picked, value, index, _threshold);
            }
        }
    }
}
