// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
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
            Block16<TLane> b = op.Draw<TLane, TWord>(block + TWord.Splat((uint)l));
            Put<TLane, TWord>(op, source + l, destination + l, b.R0);
            Put<TLane, TWord>(op, source + l + 16, destination + l + 16, b.R1);
            Put<TLane, TWord>(op, source + l + 32, destination + l + 32, b.R2);
            Put<TLane, TWord>(op, source + l + 48, destination + l + 48, b.R3);
            Put<TLane, TWord>(op, source + l + 64, destination + l + 64, b.R4);
            Put<TLane, TWord>(op, source + l + 80, destination + l + 80, b.R5);
            Put<TLane, TWord>(op, source + l + 96, destination + l + 96, b.R6);
            Put<TLane, TWord>(op, source + l + 112, destination + l + 112, b.R7);
            Put<TLane, TWord>(op, source + l + 128, destination + l + 128, b.R8);
            Put<TLane, TWord>(op, source + l + 144, destination + l + 144, b.R9);
            Put<TLane, TWord>(op, source + l + 160, destination + l + 160, b.R10);
            Put<TLane, TWord>(op, source + l + 176, destination + l + 176, b.R11);
            Put<TLane, TWord>(op, source + l + 192, destination + l + 192, b.R12);
            Put<TLane, TWord>(op, source + l + 208, destination + l + 208, b.R13);
            Put<TLane, TWord>(op, source + l + 224, destination + l + 224, b.R14);
            Put<TLane, TWord>(op, source + l + 240, destination + l + 240, b.R15);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLane, TWord>(TOp op, float* source, float* destination, TLane sample)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord> =>
        TLane.Store(op.Apply<TLane, TWord>(TLane.Load(source), sample), destination);
}
