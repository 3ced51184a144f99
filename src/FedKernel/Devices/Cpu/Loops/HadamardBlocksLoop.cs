// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>
/// The first stages of a Walsh–Hadamard transform, those within blocks that a core keeps in its caches: as many as fit the first
/// cache on a piece of that size, the others over the whole block. Factor and signs come first.
/// </summary>
/// <param name="values">Whole blocks.</param>
/// <param name="length">Elements.</param>
/// <param name="stages">Log2 of a block.</param>
/// <param name="chunk">Elements of a chunk, a multiple of a block and of <see cref="Piece"/>.</param>
/// <param name="factor">What values are multiplied by before.</param>
/// <param name="before">Signs before the first stage.</param>
/// <param name="after">Signs behind the last one, where no stage follows.</param>
internal readonly unsafe struct HadamardBlocksLoop(
    float* values, long length, int stages, long chunk, float factor, SignFlips before, SignFlips after) : ILoop
{
    /// <summary>Log2 of the elements that a first cache of 32 KB holds.</summary>
    public const int PieceStages = 13;

    /// <summary>Elements of a piece.</summary>
    public const long Piece = 1 << PieceStages;

    private readonly float* _values = values;
    private readonly long _length = length, _chunk = chunk;
    private readonly int _stages = stages;
    private readonly float _factor = factor;
    private readonly SignFlips _before = before, _after = after;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long number)
    {
        long start = number * _chunk, end = Math.Min(start + _chunk, _length);
        for (long i = start; i < end; i += Piece)
        {
            long count = Math.Min(Piece, end - i);
            if (_before.Any || _factor != 1)
            {
                _before.Apply<TLane, TWord>(_values + i, i, count, _factor);
            }

            Near<TLane, TWord>(_values + i, count, Math.Min(_stages, PieceStages));
        }

        Passes<TLane, TWord>(_values + start, end - start, PieceStages, _stages);
        if (_after.Any)
        {
            _after.Apply<TLane, TWord>(_values + start, start, end - start, 1);
        }
    }

    /// <summary>Stages from 0 on.</summary>
    private static void Near<TLane, TWord>(float* p, long count, int stages)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        // Whole registers; blocks shorter than a register may leave a rest.
        long whole = count / TLane.Count * TLane.Count;
        Butterflies<TLane, TWord>.Registers(p, whole, 1 << stages);
        int done = Math.Min(stages, BitOperations.Log2((uint)TLane.Count));
        Passes<TLane, TWord>(p, whole, done, stages);
        if (whole < count)
        {
            Passes<ScalarLane, ScalarWord>(p + whole, count - whole, 0, stages);
        }
    }

    /// <summary>Stages done to all − 1, up to four a pass, as even as can be.</summary>
    private static void Passes<TLane, TWord>(float* p, long count, int done, int all)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        while (done < all)
        {
            int passes = (all - done + 3) / 4, now = (all - done + passes - 1) / passes;
            long stride = 1L << done, group = stride << now;
            for (long i = 0; i < count; i += group)
            {
                Butterflies<TLane, TWord>.Rows(now, p + i, stride, p + i, stride, stride);
            }

            done += now;
        }
    }
}
