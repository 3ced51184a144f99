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
    private const int Tile = 2048;

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
            RunTile<TWide, TLong>(i, Math.Min(i + Tile, end));
        }
    }

    private void RunTile<TWide, TLong>(long start, long end)
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long>
    {
        long whole = start + ((end - start) / TWide.Count * TWide.Count), r = 0;
        for (; r + 4 <= _count; r += 4)
        {
            FourRows<TWide, TLong>(r, start, whole);
        }

        for (; r < _count; r++)
        {
            OneRow<TWide, TLong>(r, start, whole);
        }

        for (r = 0; r < _count && whole < end; r++)
        {
            OneRow<ScalarWide, ScalarLong>(r, whole, end);
        }
    }

    private void FourRows<TWide, TLong>(long r, long i, long end)
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long>
    {
        T* x0 = _rows[r], x1 = _rows[r + 1], x2 = _rows[r + 2], x3 = _rows[r + 3];
        TOp o0 = _ops[r], o1 = _ops[r + 1], o2 = _ops[r + 2], o3 = _ops[r + 3];
        long* integers = _integers;
        TWide m0 = TWide.Splat(0), m1 = m0, m2 = m0, m3 = m0;
        for (; i < end; i += TWide.Count)
        {
            TWide v0 = TElement.LoadWide<TWide>(x0 + i), v1 = TElement.LoadWide<TWide>(x1 + i);
            TWide v2 = TElement.LoadWide<TWide>(x2 + i), v3 = TElement.LoadWide<TWide>(x3 + i);
            TLong sum = TLong.Load(integers + i);
            sum += o0.Invoke<TWide, TLong>(v0) + o1.Invoke<TWide, TLong>(v1);
            sum += o2.Invoke<TWide, TLong>(v2) + o3.Invoke<TWide, TLong>(v3);
            TLong.Store(sum, integers + i);
            (m0, m1) = (Largest<TWide, TLong>(m0, v0), Largest<TWide, TLong>(m1, v1));
            (m2, m3) = (Largest<TWide, TLong>(m2, v2), Largest<TWide, TLong>(m3, v3));
        }

        Report<TWide, TLong>(r, m0);
        Report<TWide, TLong>(r + 1, m1);
        Report<TWide, TLong>(r + 2, m2);
        Report<TWide, TLong>(r + 3, m3);
    }

    private void OneRow<TWide, TLong>(long r, long i, long end)
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long>
    {
        T* x = _rows[r];
        TOp op = _ops[r];
        TWide m = TWide.Splat(0);
        for (; i < end; i += TWide.Count)
        {
            TWide v = TElement.LoadWide<TWide>(x + i);
            TLong.Store(TLong.Load(_integers + i) + op.Invoke<TWide, TLong>(v), _integers + i);
            m = Largest<TWide, TLong>(m, v);
        }

        Report<TWide, TLong>(r, m);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWide Largest<TWide, TLong>(TWide largest, TWide x)
        where TWide : unmanaged, IWideLane<TWide, TLong>
        where TLong : unmanaged, ILongLane<TLong> =>
        default(FiniteMaxAbs).Combine<TWide, TLong>(largest, default(FiniteMaxAbs).Term<TWide, TLong>(x));

    /// <summary>A maximum is the same in any order, so threads may meet here in any order.</summary>
    private void Report<TWide, TLong>(long r, TWide largest)
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>
    {
        double* elements = stackalloc double[8];
        TWide.Store(largest, elements);
        double found = elements[0];
        for (int i = 1; i < TWide.Count; i++)
        {
            found = Math.Max(found, elements[i]);
        }

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
