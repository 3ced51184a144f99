// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Cpu.Loops;

/// <summary>What a segment has from a threshold on, and where it puts it.</summary>
internal struct Tally
{
    /// <summary>Magnitudes from the threshold on, and above it.</summary>
    public int AtLeast, Above;

    /// <summary>How many that equal the threshold it may take, the first ones.</summary>
    public int Ties;

    /// <summary>Where it writes.</summary>
    public long Start;
}

/// <summary>Counts before anything is written.</summary>
internal readonly unsafe struct TallyLoop(uint* values, Segment* segments, long segmentCount, uint threshold, Tally* tallies) : ILoop
{
    private readonly uint* _values = values;
    private readonly Segment* _segments = segments;
    private readonly long _segmentCount = segmentCount;
    private readonly uint _threshold = threshold;
    private readonly Tally* _tallies = tallies;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        long end = Math.Min((chunk + 1) * Segment.PerChunk, _segmentCount);
        for (long s = chunk * Segment.PerChunk; s < end; s++)
        {
            (int atLeast, int above) = Picking.Count<TWord>(_values + _segments[s].Start, _segments[s].Count, _threshold);
            _tallies[s].AtLeast = atLeast;
            _tallies[s].Above = above;
        }
    }
}
