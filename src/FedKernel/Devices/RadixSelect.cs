// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace FedKernel.Devices;

/// <summary>How often each range of magnitudes occurs in a vector.</summary>
/// <remarks>The magnitude word of x is its float32 pattern without the sign: 31 bits in the order of |x|, infinity and NaN on top.</remarks>
internal interface IMagnitudeHistogram
{
    /// <summary>counts[b] = how many words w have (w − lowest) &gt;&gt; shift = b, of those from lowest on.</summary>
    void Count(uint lowest, int shift, Span<long> counts);
}

/// <summary>Exact selection by radix: a histogram of the leading bits names the range of the k-th largest, and the next one divides it.</summary>
internal static class RadixSelect
{
    /// <summary>The k-th largest magnitude word, and how many of its equals are among the k largest.</summary>
    /// <param name="source">Counts; none of its words that matter lies below <paramref name="lowest"/>.</param>
    /// <param name="k">1 to the number of words from <paramref name="lowest"/> on.</param>
    /// <param name="lowest">A word that is known to be no larger than the k-th largest; 0 if nothing is known.</param>
    /// <param name="counts">Room for the ranges of one histogram, a power of two of them.</param>
    public static (uint Word, long Ties) Find<TSource>(TSource source, long k, uint lowest, Span<long> counts)
        where TSource : IMagnitudeHistogram, allows ref struct
    {
        int most = BitOperations.Log2((uint)counts.Length), shift = 32 - BitOperations.LeadingZeroCount(int.MaxValue - lowest);
        while (true)
        {
            // The last digit may be shorter: what lies beyond it was counted before.
            int digit = Math.Min(most, shift);
            shift -= digit;
            Span<long> ranges = counts[..(1 << digit)];
            source.Count(lowest, shift, ranges);
            int range = ranges.Length - 1;
            for (; ranges[range] < k; range--)
            {
                k -= ranges[range];
            }

            lowest += (uint)range << shift;
            if (shift == 0)
            {
                return (lowest, k);
            }
        }
    }
}
