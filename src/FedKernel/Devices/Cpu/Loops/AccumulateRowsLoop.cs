// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>
/// Shape Accumulate over many rows: a tile of integers stays in the first cache while the rows go over it, four at a time, and
/// the largest magnitudes are found on the way.
/// </summary>
internal readonly unsafe struct AccumulateRowsLoop<T, TElement, TOp>(
    T** rows, TOp* ops, long count, long* integers, double* largest, long length) : ILoop
    where T : unmanaged
    where TElement : struct, IRowElement<T>
    where TOp : unmanaged, IAccumulate
{
    private const int Tile = 16384;

    private readonly T** _rows = rows;
    private readonly TOp* _ops = ops;
    private readonly long* _integers = integers;
    private readonly double* _largest = largest;
    private readonly long _count = count, _length = length;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        long start = chunk * CpuDevice.Chunk, end = Math.Min(start + CpuDevice.Chunk, _length);
        for (long i = start; i < end; i += Tile)
        {
            RunTile<TLane, TWord, TWide, TLong>(i, Math.Min(i + Tile, end));
        }
    }

    private void RunTile<TLane, TWord, TWide, TLong>(long start, long end)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long>
    {
        int step = 2 * TWide.Count;
        long whole = start + ((end - start) / step * step), r = 0;
        for (; r + 4 <= _count; r += 4)
        {
            FourRows<TLane, TWord, TWide, TLong>(r, start, whole);
        }

        for (; r < _count; r++)
        {
            Row<TWide, TLong>(r, start, whole);
        }

        for (r = 0; r < _count && whole < end; r++)
        {
            Row<ScalarWide, ScalarLong>(r, whole, end);
        }
    }

    /// <summary>Magnitudes of float32 are compared as integers, where NaN and infinity are the largest: one step, not three.</summary>
    private void FourRows<TLane, TWord, TWide, TLong>(long r, long i, long end)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long>
    {
        if (!TElement.IsNarrow || TLane.Count == 1)
        {
            for (long k = r; k < r + 4; k++)
            {
                Row<TWide, TLong>(k, i, end);
            }

            return;
        }

        T* x0 = _rows[r], x1 = _rows[r + 1], x2 = _rows[r + 2], x3 = _rows[r + 3];
        TOp o0 = _ops[r], o1 = _ops[r + 1], o2 = _ops[r + 2], o3 = _ops[r + 3];
        long* integers = _integers;
        TWord m0 = TWord.Splat(0), m1 = m0, m2 = m0, m3 = m0;
        int half = TWide.Count;
        for (; i < end; i += TLane.Count)
        {
            TLong low = TLong.Load(integers + i), high = TLong.Load(integers + i + half);
            TLane v0 = Examine<TLane, TWord>(o0, x0 + i, ref m0), v1 = Examine<TLane, TWord>(o1, x1 + i, ref m1);
            TLane v2 = Examine<TLane, TWord>(o2, x2 + i, ref m2), v3 = Examine<TLane, TWord>(o3, x3 + i, ref m3);
            low += o0.Invoke<TWide, TLong>(TWide.WidenLower(v0));
            high += o0.Invoke<TWide, TLong>(TWide.WidenUpper(v0));
            low += o1.Invoke<TWide, TLong>(TWide.WidenLower(v1));
            high += o1.Invoke<TWide, TLong>(TWide.WidenUpper(v1));
            low += o2.Invoke<TWide, TLong>(TWide.WidenLower(v2));
            high += o2.Invoke<TWide, TLong>(TWide.WidenUpper(v2));
            low += o3.Invoke<TWide, TLong>(TWide.WidenLower(v3));
            high += o3.Invoke<TWide, TLong>(TWide.WidenUpper(v3));
            TLong.Store(low, integers + i);
            TLong.Store(high, integers + i + half);
        }

        Report(r, Largest(m0));
        Report(r + 1, Largest(m1));
        Report(r + 2, Largest(m2));
        Report(r + 3, Largest(m3));
    }

    private void Row<TWide, TLong>(long r, long i, long end)
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long>
    {
        T* x = _rows[r];
        TOp op = _ops[r];
        var examine = default(FiniteMaxAbs);
        TWide m = TWide.Splat(0);
        for (; i < end; i += TWide.Count)
        {
            TWide v = TElement.LoadWide<TWide>(x + i);
            TLong.Store(TLong.Load(_integers + i) + Admitted.Term<TOp, TWide, TLong>(op, v), _integers + i);
            m = examine.Combine<TWide, TLong>(m, examine.Term<TWide, TLong>(v));
        }

        double* elements = stackalloc double[8];
        TWide.Store(m, elements);
        double largest = elements[0];
        for (int k = 1; k < TWide.Count; k++)
        {
            largest = Math.Max(largest, elements[k]);
        }

        Report(r, largest);
    }

    /// <summary>The values with 0 in the place of what the kernel does not take; their magnitudes enter the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Examine<TLane, TWord>(TOp op, T* x, ref TWord largest)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        TLane v = TElement.Load<TLane, TWord>(x);
        TWord magnitude = TLane.ToBits(v) & TWord.Splat(0x7FFFFFFF);
        largest = TWord.Max(largest, magnitude);
        return TLane.SelectGreater(TLane.Splat(op.SingleLimit), TLane.FromBits(magnitude), v, TLane.Splat(0));
    }

    private static double Largest<TWord>(TWord magnitudes)
        where TWord : unmanaged, ISimdWordLane<TWord>
    {
        uint* elements = stackalloc uint[16];
        TWord.Store(magnitudes, elements);
        uint largest = elements[0];
        for (int k = 1; k < TWord.Count; k++)
        {
            largest = Math.Max(largest, elements[k]);
        }

        return largest < 0x7F800000 ? BitConverter.UInt32BitsToSingle(largest) : double.PositiveInfinity;
    }

    /// <summary>A maximum is the same in any order, so threads may meet here in any order.</summary>
    private void Report(long r, double found)
    {
        double before = Volatile.Read(ref _largest[r]);
        while (found > before)
        {
            double now = Interlocked.CompareExchange(ref _largest[r], found, before);
            if (now.Equals(before))
            {
                return;
            }

            before = now;
        }
    }
}
