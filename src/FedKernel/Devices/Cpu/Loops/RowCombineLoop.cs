// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>
/// Shape RowCombine: a register goes through sixteen rows at once. More rows come in groups over a tile that stays in the first
/// cache: it carries the float32 that a register would, so the bits are those of one pass.
/// </summary>
internal readonly unsafe struct RowCombineLoop<T, TElement, TOp, TStore>(
    T** rows, float* weights, long count, float* destination, long length, TOp op) : ILoop
    where T : unmanaged
    where TElement : struct, IRowElement<T>
    where TOp : unmanaged, IRowCombine
    where TStore : struct, IStore
{
    private const int Tile = 2048;

    private readonly T** _rows = rows;
    private readonly float* _weights = weights, _destination = destination;
    private readonly long _count = count, _length = length;
    private readonly TOp _op = op;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        float* tile = stackalloc float[Tile];
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length);
        long head = Math.Min(end - i, Heads.Of<TStore>(_destination + i, TLane.Count));
        Singles(i, i + head);
        i += head;
        long whole = i + ((end - i) / TLane.Count * TLane.Count);
        // Rows that are one group carry nothing from tile to tile.
        long size = _count is 1 or 4 || (_count == 16 && TElement.IsSimple) ? CpuDevice.Chunk : Tile;
        for (long t = i; t < whole; t += size)
        {
            RunTile<TLane, TWord>(t, Math.Min(t + size, whole), tile);
        }

        Singles(whole, end);
    }

    /// <summary>All rows over [start, end): groups of sixteen, of four, and the rest; the last one writes to the destination.</summary>
    private void RunTile<TLane, TWord>(long start, long end, float* tile)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        long r = 0;
        while (r < _count)
        {
            int size = TElement.IsSimple && _count - r >= 16 ? 16 : _count - r >= 4 ? 4 : 1;
            if (r + size == _count)
            {
                RunGroup<TLane, TWord, TStore>(r, size, start, end, tile, _destination + start);
            }
            else
            {
                RunGroup<TLane, TWord, Cached>(r, size, start, end, tile, tile);
            }

            r += size;
        }
    }

    private void RunGroup<TLane, TWord, TTo>(long r, int size, long start, long end, float* tile, float* destination)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
        where TTo : struct, IStore
    {
        if (size == 16)
        {
            Sixteen<TLane, TWord, TTo>(_op, _rows + r, _weights + r, start, end, r == 0 ? null : tile, destination);
        }
        else if (size == 4)
        {
            Four<TLane, TWord, TTo>(_op, _rows + r, _weights + r, start, end, r == 0 ? null : tile, destination);
        }
        else
        {
            One<TLane, TWord, TTo>(_op, _rows[r], _weights[r], start, end, r == 0 ? null : tile, destination);
        }
    }

    // Each row has a load of its own, unrolled by hand: the hardware foresees addresses by the instruction that asks for them.
    private static void Sixteen<TLane, TWord, TTo>(
        TOp op, T** rows, float* weights, long start, long end, float* carried, float* destination)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
        where TTo : struct, IStore
    {
        T* x0 = rows[0], x1 = rows[1], x2 = rows[2], x3 = rows[3];
        T* x4 = rows[4], x5 = rows[5], x6 = rows[6], x7 = rows[7];
        T* x8 = rows[8], x9 = rows[9], x10 = rows[10], x11 = rows[11];
        T* x12 = rows[12], x13 = rows[13], x14 = rows[14], x15 = rows[15];
        TLane w0 = TLane.Splat(weights[0]), w1 = TLane.Splat(weights[1]), w2 = TLane.Splat(weights[2]), w3 = TLane.Splat(weights[3]);
        TLane w4 = TLane.Splat(weights[4]), w5 = TLane.Splat(weights[5]), w6 = TLane.Splat(weights[6]), w7 = TLane.Splat(weights[7]);
        TLane w8 = TLane.Splat(weights[8]), w9 = TLane.Splat(weights[9]), w10 = TLane.Splat(weights[10]), w11 = TLane.Splat(weights[11]);
        TLane w12 = TLane.Splat(weights[12]), w13 = TLane.Splat(weights[13]), w14 = TLane.Splat(weights[14]), w15 = TLane.Splat(weights[15]);
        for (long i = start; i < end; i += TLane.Count)
        {
            TLane a = carried == null ? TLane.Splat(0) : TLane.Load(carried + (i - start));
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x0 + i), w0);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x1 + i), w1);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x2 + i), w2);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x3 + i), w3);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x4 + i), w4);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x5 + i), w5);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x6 + i), w6);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x7 + i), w7);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x8 + i), w8);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x9 + i), w9);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x10 + i), w10);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x11 + i), w11);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x12 + i), w12);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x13 + i), w13);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x14 + i), w14);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x15 + i), w15);
            TTo.Store(a, destination + (i - start));
        }
    }

    private static void Four<TLane, TWord, TTo>(
        TOp op, T** rows, float* weights, long start, long end, float* carried, float* destination)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
        where TTo : struct, IStore
    {
        T* x0 = rows[0], x1 = rows[1], x2 = rows[2], x3 = rows[3];
        TLane w0 = TLane.Splat(weights[0]), w1 = TLane.Splat(weights[1]);
        TLane w2 = TLane.Splat(weights[2]), w3 = TLane.Splat(weights[3]);
        for (long i = start; i < end; i += TLane.Count)
        {
            TLane a = carried == null ? TLane.Splat(0) : TLane.Load(carried + (i - start));
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x0 + i), w0);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x1 + i), w1);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x2 + i), w2);
            a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(x3 + i), w3);
            TTo.Store(a, destination + (i - start));
        }
    }

    private static void One<TLane, TWord, TTo>(
        TOp op, T* row, float weight, long start, long end, float* carried, float* destination)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
        where TTo : struct, IStore
    {
        TLane w = TLane.Splat(weight);
        for (long i = start; i < end; i += TLane.Count)
        {
            TLane a = carried == null ? TLane.Splat(0) : TLane.Load(carried + (i - start));
            TTo.Store(op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(row + i), w), destination + (i - start));
        }
    }

    private void Singles(long i, long end)
    {
        for (; i < end; i++)
        {
            ScalarLane a = ScalarLane.Splat(0);
            for (long r = 0; r < _count; r++)
            {
                ScalarLane x = TElement.Load<ScalarLane, ScalarWord>(_rows[r] + i);
                a = _op.Step<ScalarLane, ScalarWord>(a, x, new ScalarLane(_weights[r]));
            }

            _destination[i] = a.Value;
        }
    }
}
