// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Norms of neighbouring blocks.</summary>
internal static unsafe class BlockNorms
{
    /// <summary>max |x|; +∞ if a value is not finite.</summary>
    /// <param name="values">A block.</param>
    /// <param name="size">A multiple of 32.</param>
    public static float Maximum<TLane, TWord>(float* values, int size)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>
    {
        TLane infinity = TLane.Splat(float.PositiveInfinity), m0 = TLane.Splat(0), m1 = m0;
        for (int i = 0; i < size; i += 2 * TLane.Count)
        {
            TLane a = TLane.Abs(TLane.Load(values + i)), b = TLane.Abs(TLane.Load(values + i + TLane.Count));
            a = TLane.SelectGreater(infinity, a, a, infinity);
            b = TLane.SelectGreater(infinity, b, b, infinity);
            m0 = TLane.SelectGreater(a, m0, a, m0);
            m1 = TLane.SelectGreater(b, m1, b, m1);
        }

        return TLane.LargestOf(TLane.SelectGreater(m0, m1, m0, m1));
    }

    /// <summary>The sum of a norm, from left to right in float64, of each block; four blocks at a time, since each sum waits for itself.</summary>
    /// <param name="values">The blocks.</param>
    /// <param name="size">Elements of a block.</param>
    /// <param name="blocks">How many.</param>
    /// <param name="sums">One for each; NaN or infinity if a value is not finite.</param>
    /// <param name="squares">Σ x², else Σ |x|.</param>
    public static void Sums(float* values, int size, int blocks, double* sums, bool squares)
    {
        int b = 0;
        for (; b + 4 <= blocks; b += 4)
        {
            float* v = values + (b * size);
            double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            for (int i = 0; i < size; i++)
            {
                s0 += Term(v[i], squares);
                s1 += Term(v[i + size], squares);
                s2 += Term(v[i + (2 * size)], squares);
                s3 += Term(v[i + (3 * size)], squares);
            }

            (sums[b], sums[b + 1], sums[b + 2], sums[b + 3]) = (s0, s1, s2, s3);
        }

        for (; b < blocks; b++)
        {
            double sum = 0;
            for (int i = 0; i < size; i++)
            {
                sum += Term(values[(b * size) + i], squares);
            }

            sums[b] = sum;
        }
    }

    private static double Term(float x, bool squares) => squares ? (double)x * x : Math.Abs((double)x);
}
