// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Shape Draw: a tile of 256 elements at a time, as many steps at once as a register has elements.</summary>
internal readonly unsafe struct DrawLoop<TSource, TOp>(
    uint* source, uint* destination, long length, WordPointer table, TOp op, long firstTile) : ILoop
    where TSource : unmanaged
    where TOp : unmanaged, IDraw<TSource>
{
    private const int Tile = 256;

    private readonly uint* _source = source, _destination = destination;
    private readonly long _length = length, _firstTile = firstTile;
    private readonly WordPointer _table = table;
    private readonly TOp _op = op;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length);
        for (; i + Tile <= end; i += Tile)
        {
            RunTile<TLane, TWord>(_source + i, _destination + i, _firstTile + (i / Tile));
        }

        if (i < end)
        {
            uint* padded = stackalloc uint[Tile];
            int rest = (int)(end - i);
            new ReadOnlySpan<uint>(_source + i, rest).CopyTo(new Span<uint>(padded, Tile));
            RunTile<TLane, TWord>(padded, padded, _firstTile + (i / Tile));
            new ReadOnlySpan<uint>(padded, rest).CopyTo(new Span<uint>(_destination + i, rest));
        }
    }

    private void RunTile<TLane, TWord>(uint* source, uint* destination, long tile)
        where TLane : unmanaged, ILane<TLane, TWord>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        TOp op = _op;
        TWord step = TWord.Splat((uint)(16 * tile)) + TWord.Positions;
        for (int l = 0; l < 16; l += TWord.Count)
        {
            Block16<TWord> samples = op.Draw(_table, step + TWord.Splat((uint)l));
            Span<TWord> z = MemoryMarshal.CreateSpan(ref samples.R0, 16);
            for (int k = 0; k < 16; k++)
            {
                int at = l + (16 * k);
                TWord.Store(op.Apply<TLane, TWord>(TWord.Load(source + at), z[k]), destination + at);
            }
        }
    }
}

/// <summary>The words of a table in the memory of the process.</summary>
internal readonly unsafe struct WordPointer(uint* words) : IWordTable
{
    private readonly uint* _words = words;

    public uint Word(int index) => _words[index];
}
