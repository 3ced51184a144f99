// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>
/// Every magnitude from a threshold on, in one pass: each segment reserves room in a pool that all threads share. Which room is
/// chance, but a segment knows its own, so the order of the indices is known.
/// </summary>
internal readonly unsafe struct CandidateLoop(
    uint* x, long length, uint firstIndex, uint threshold, Segment* segments, uint* poolIndices, uint* poolValues, long capacity,
    long* used) : ILoop
{
    private readonly uint* _x = x, _poolIndices = poolIndices, _poolValues = poolValues;
    private readonly long _length = length, _capacity = capacity;
    private readonly uint _firstIndex = firstIndex, _threshold = threshold;
    private readonly Segment* _segments = segments;
    private readonly long* _used = used;

    [SkipLocalsInit]
    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        uint* room = stackalloc uint[2 * Picked.Room];
        var picked = new Picked { Indices = room, Values = room + Picked.Room };
        long begin = chunk * CpuDevice.Chunk, end = Math.Min(begin + CpuDevice.Chunk, _length);

        // Once there is no room left, the guess is given up.
        for (long i = begin; i < end && Volatile.Read(ref *_used) <= _capacity; i += Segment.Length)
        {
            picked.Count = 0;
            int count = (int)Math.Min(Segment.Length, end - i);
            Picking.Dense<TWord>(ref picked, _x + i, count, _firstIndex + (uint)i, _threshold);
            Keep(picked, _segments + (i / Segment.Length));
        }
    }

    private void Keep(Picked picked, Segment* segment)
    {
        long start = picked.Count == 0 ? 0 : Interlocked.Add(ref *_used, picked.Count) - picked.Count;
        segment->Start = start;
        segment->Count = picked.Count;

        // What finds no room is counted all the same, so that the caller sees it.
        if (start + picked.Count <= _capacity)
        {
            new ReadOnlySpan<uint>(picked.Indices, picked.Count).CopyTo(new Span<uint>(_poolIndices + start, picked.Count));
            new ReadOnlySpan<uint>(picked.Values, picked.Count).CopyTo(new Span<uint>(_poolValues + start, picked.Count));
        }
    }
}
