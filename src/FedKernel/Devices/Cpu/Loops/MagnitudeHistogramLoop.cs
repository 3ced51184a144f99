// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Counts of ranges of magnitudes; each chunk has a row of its own, and integers add up in any order.</summary>
internal readonly unsafe struct MagnitudeHistogramLoop(
    uint* values, long length, long chunkLength, uint lowest, int shift, int ranges, uint* rows) : ILoop
{
    /// <summary>Ranges of the largest histogram.</summary>
    public const int MostRanges = 2048;

    // Neighbours often fall into one range; an addition to the word that was just written would wait for it.
    private const int Copies = 4;

    private readonly uint* _values = values, _rows = rows;
    private readonly long _length = length, _chunkLength = chunkLength;
    private readonly uint _lowest = lowest;
    private readonly int _shift = shift, _ranges = ranges;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        uint* copies = stackalloc uint[Copies * MostRanges];
        long begin = chunk * _chunkLength, end = Math.Min(begin + _chunkLength, _length);
        Count<TWord>(_values + begin, end - begin, copies);
        uint* row = _rows + (chunk * _ranges);
        for (int r = 0; r < _ranges; r++)
        {
            row[r] = copies[r] + copies[r + MostRanges] + copies[r + (2 * MostRanges)] + copies[r + (3 * MostRanges)];
        }
    }

    private void Count<TWord>(uint* values, long count, uint* copies)
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        TWord magnitude = TWord.Splat(int.MaxValue), lowest = TWord.Splat(_lowest), last = TWord.Splat((uint)_ranges - 1);
        uint* ranges = stackalloc uint[16];
        int shift = _shift, width = TWord.Count;
        uint all = width == 32 ? uint.MaxValue : (1u << width) - 1;
        long i = 0;
        for (; i + width <= count; i += width)
        {
            TWord range = ((TWord.Load(values + i) & magnitude) - lowest) >>> shift;
            uint counted = TWord.AtLeast(last, range);
            if (counted == 0)
            {
                continue;
            }

            TWord.Store(range, ranges);
            if (counted == all)
            {
                CountAll(ranges, width, copies);
            }
            else
            {
                CountSome(ranges, counted, copies);
            }
        }

        for (; i < count; i++)
        {
            uint range = ((values[i] & int.MaxValue) - _lowest) >>> shift;
            if (range < (uint)_ranges)
            {
                copies[range]++;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CountAll(uint* ranges, int width, uint* copies)
    {
        for (int l = 0; l < width; l += Copies)
        {
            copies[ranges[l]]++;
            if (width > 1)
            {
                copies[ranges[l + 1] + MostRanges]++;
                copies[ranges[l + 2] + (2 * MostRanges)]++;
                copies[ranges[l + 3] + (3 * MostRanges)]++;
            }
        }
    }

    private static void CountSome(uint* ranges, uint counted, uint* copies)
    {
        for (; counted != 0; counted &= counted - 1)
        {
            int l = BitOperations.TrailingZeroCount(counted);
            copies[ranges[l] + (uint)(l % Copies * MostRanges)]++;
        }
    }
}
