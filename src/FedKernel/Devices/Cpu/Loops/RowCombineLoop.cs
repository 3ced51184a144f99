// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>
/// Shape RowCombine: four registers at a time go through up to sixteen rows. More rows come in groups over a tile that stays in
/// the first cache, or every step would meet another page: the tile carries the float32 that a register would, so the bits are
/// those of one pass.
/// </summary>
internal readonly unsafe struct RowCombineLoop<T, TElement, TOp, TStore>(
    T** rows, float* weights, long count, float* destination, long length, TOp op) : ILoop
    where T : unmanaged
    where TElement : struct, IRowElement<T>
    where TOp : unmanaged, IRowCombine
    where TStore : struct, IStore
{
    private const int Group = 16;
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
        if (_count <= Group)
        {
            Registers<TLane, TWord, TStore>(0, _count, i, whole, _destination + i, continues: false);
        }
        else
        {
            for (long t = i; t < whole; t += Tile)
            {
                RunTile<TLane, TWord>(t, Math.Min(t + Tile, whole), tile);
            }
        }

        Singles(whole, end);
    }

    private void RunTile<TLane, TWord>(long start, long end, float* tile)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        for (long r = 0; r < _count; r += Group)
        {
            Registers<TLane, TWord, Cached>(r, Math.Min(r + Group, _count), start, end, tile, continues: r > 0);
        }

        for (long i = start; i < end; i += TLane.Count)
        {
            TStore.Store(TLane.Load(tile + (i - start)), _destination + i);
        }
    }

    /// <summary>Rows [first, last) over the elements [i, end), whole registers, into <paramref name="d"/>.</summary>
    private void Registers<TLane, TWord, TTo>(long first, long last, long i, long end, float* d, bool continues)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
        where TTo : struct, IStore
    {
        TOp op = _op;
        T** rows = _rows;
        float* weights = _weights;
        int width = TLane.Count;
        for (; i + (4 * width) <= end; i += 4 * width, d += 4 * width)
        {
            TLane a0 = TLane.Splat(0), a1 = a0, a2 = a0, a3 = a0;
            if (continues)
            {
                (a0, a1) = (TLane.Load(d), TLane.Load(d + width));
                (a2, a3) = (TLane.Load(d + (2 * width)), TLane.Load(d + (3 * width)));
            }

            for (long r = first; r < last; r++)
            {
                T* row = rows[r] + i;
                TLane w = TLane.Splat(weights[r]);
                a0 = op.Step<TLane, TWord>(a0, TElement.Load<TLane, TWord>(row), w);
                a1 = op.Step<TLane, TWord>(a1, TElement.Load<TLane, TWord>(row + width), w);
                a2 = op.Step<TLane, TWord>(a2, TElement.Load<TLane, TWord>(row + (2 * width)), w);
                a3 = op.Step<TLane, TWord>(a3, TElement.Load<TLane, TWord>(row + (3 * width)), w);
            }

            TTo.Store(a0, d);
            TTo.Store(a1, d + width);
            TTo.Store(a2, d + (2 * width));
            TTo.Store(a3, d + (3 * width));
        }

        for (; i < end; i += width, d += width)
        {
            TLane a = continues ? TLane.Load(d) : TLane.Splat(0);
            for (long r = first; r < last; r++)
            {
                a = op.Step<TLane, TWord>(a, TElement.Load<TLane, TWord>(rows[r] + i), TLane.Splat(weights[r]));
            }

            TTo.Store(a, d);
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
