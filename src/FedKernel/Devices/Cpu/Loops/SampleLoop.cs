// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Shape Sample: a tile of 256 elements at a time, as many blocks of the stream at once as a register has elements.</summary>
internal readonly unsafe struct SampleLoop<TOp>(float* source, float* destination, long length, TOp op, long firstTile) : ILoop
    where TOp : unmanaged, ISample
{
    /// <summary>Elements of a tile.</summary>
    public const int Tile = 256;

    private readonly float* _source = source, _destination = destination;
    private readonly long _length = length, _firstTile = firstTile;
    private readonly TOp _op = op;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length);
        for (; i + Tile <= end; i += Tile)
        {
            RunTile<TLane, TWord>(_op, _source + i, _destination + i, _firstTile + (i / Tile));
        }

        if (i < end)
        {
            float* padded = stackalloc float[Tile];
            long rest = end - i;
            new ReadOnlySpan<float>(_source + i, (int)rest).CopyTo(new Span<float>(padded, Tile));
            RunTile<TLane, TWord>(_op, padded, padded, _firstTile + (i / Tile));
            new ReadOnlySpan<float>(padded, (int)rest).CopyTo(new Span<float>(_destination + i, (int)rest));
        }
    }

    /// <summary>One whole tile.</summary>
    public static void RunTile<TLane, TWord>(TOp op, float* source, float* destination, long tile)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        TWord block = TWord.Splat((uint)(16 * tile)) + TWord.Positions;
        for (int l = 0; l < 16; l += TLane.Count)
        {
            Block16<TWord> words = op.Words(block + TWord.Splat((uint)l));
            Span<TWord> w = MemoryMarshal.CreateSpan(ref words.R0, 16);
            for (int k = 0; k < 16; k += 2)
            {
                int at = l + (16 * k);
                op.Pair(w[k], w[k + 1], out TLane first, out TLane second);
                Put<TLane, TWord>(op, source + at, destination + at, first);
                Put<TLane, TWord>(op, source + at + 16, destination + at + 16, second);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLane, TWord>(TOp op, float* source, float* destination, TLane sample)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord> =>
        TLane.Store(op.Apply<TLane, TWord>(TLane.Load(source), sample), destination);
}
