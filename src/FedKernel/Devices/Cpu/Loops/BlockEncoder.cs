// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Shape Encode for a group: whole blocks that are whole pairs of tiles too, in the first cache.</summary>
/// <param name="op">The kernel.</param>
/// <param name="blockSize">Elements that share a scale.</param>
/// <param name="scratch">What a group needs beside its result.</param>
internal readonly unsafe ref struct BlockEncoder<TOp>(TOp op, int blockSize, EncodeScratch* scratch)
    where TOp : unmanaged, IEncode
{
    private const int Pair = 512;

    private readonly TOp _op = op;
    private readonly int _size = blockSize;
    private readonly EncodeScratch* _scratch = scratch;

    /// <summary>Elements of a group.</summary>
    public static int GroupOf(int blockSize) => Math.Max(Pair, blockSize);

    /// <summary>Codes, unpacked but at their width, of a group filled up with zeros.</summary>
    /// <param name="values">A group.</param>
    /// <param name="count">Elements that count, 1 to a group.</param>
    /// <param name="codes">A group: a byte each, or two for 16 bits.</param>
    /// <param name="scales">One for each block that counts; null without a norm.</param>
    /// <param name="tile">Tile of the stream, even.</param>
    public void Run<TLane, TWord>(float* values, int count, byte* codes, float* scales, long tile)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        if (TOp.Norm != BlockNorm.None)
        {
            FindScales<TLane, TWord>(values, count, scales);
        }

        if (TOp.IsRandom)
        {
            for (int i = 0; i < count; i += Pair)
            {
                RunRandom<TLane, TWord>(values + i, codes + (i * Width), i, (uint)(8 * (tile + (i / 256))));
            }
        }
        else if (TOp.Norm == BlockNorm.None)
        {
            RunBlock<TLane, TWord>(_op, values, codes, 1, GroupOf(_size));
        }
        else
        {
            for (int i = 0, b = 0; i < count; i += _size, b++)
            {
                RunBlock<TLane, TWord>(_op, values + i, codes + (i * Width), _scratch->Inverses[b], _size);
            }
        }

        if (TOp.Norm != BlockNorm.None)
        {
            ClearEmpty(codes, count);
        }
    }

    private static int Width => TOp.Bits == 16 ? 2 : 1;

    private void FindScales<TLane, TWord>(float* values, int count, float* scales)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>
    {
        int blocks = (count + _size - 1) / _size;
        if (TOp.Norm != BlockNorm.Maximum)
        {
            BlockNorms.Sums(values, _size, blocks, _scratch->Sums, TOp.Norm == BlockNorm.Euclidean);
        }

        for (int b = 0; b < blocks; b++)
        {
            double raw = TOp.Norm == BlockNorm.Maximum
                ? BlockNorms.Maximum<TLane, TWord>(values + (b * _size), _size)
                : _scratch->Sums[b];
            scales[b] = BlockCode.Scale(_op, BlockCode.Norm<TOp>(raw, Math.Min(_size, count - (b * _size))));
            _scratch->Inverses[b] = BlockCode.Inverse(_op, scales[b]);
        }
    }

    /// <summary>Its own method, so that the formula has the inlining budget for itself.</summary>
    private static void RunBlock<TLane, TWord>(TOp op, float* values, byte* codes, float inverse, int size)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        TLane factor = TLane.Splat(inverse);
        TWord none = TWord.Splat(0);
        for (int i = 0; i < size; i += TLane.Count)
        {
            TLane x = TLane.Load(values + i);
            Put(op.Code<TLane, TWord>(TOp.Norm == BlockNorm.None ? x : x * factor, none), codes + (i * Width));
        }
    }

    private void RunRandom<TLane, TWord>(float* values, byte* codes, int start, uint firstBlock)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        TOp op = _op;
        float* inverses = _scratch->Inverses;
        int shift = int.Log2(_size);
        TWord block = TWord.Splat(firstBlock) + TWord.Positions;
        for (int l = 0; l < 16; l += TLane.Count)
        {
            Block16<TWord> words = op.Words(block + TWord.Splat((uint)l));
            Span<TWord> w = MemoryMarshal.CreateSpan(ref words.R0, 16);
            for (int k = 0; k < 16; k++)
            {
                int low = l + (16 * k), high = low + 256;
                TLane x = TLane.Load(values + low), y = TLane.Load(values + high);
                if (TOp.Norm != BlockNorm.None)
                {
                    x *= TLane.Splat(inverses[(start + low) >> shift]);
                    y *= TLane.Splat(inverses[(start + high) >> shift]);
                }

                Put(op.Code<TLane, TWord>(x, w[k] & TWord.Splat(0xFFFF)), codes + (low * Width));
                Put(op.Code<TLane, TWord>(y, w[k] >>> 16), codes + (high * Width));
            }
        }
    }

    private void ClearEmpty(byte* codes, int count)
    {
        for (int i = 0, b = 0; i < count; i += _size, b++)
        {
            if (_scratch->Inverses[b] == 0)
            {
                uint zero = _op.Code<ScalarLane, ScalarWord>(new ScalarLane(0), new ScalarWord(0)).Value;
                if (TOp.Bits == 16)
                {
                    new Span<ushort>(codes + (2 * i), _size).Fill((ushort)zero);
                }
                else
                {
                    new Span<byte>(codes + i, _size).Fill((byte)zero);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TWord>(TWord code, byte* destination)
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        if (TOp.Bits == 16)
        {
            TWord.StoreHalves(code, (ushort*)destination);
        }
        else
        {
            TWord.StoreBytes(code, (sbyte*)destination);
        }
    }
}

/// <summary>Of one thread.</summary>
internal unsafe struct EncodeScratch
{
    /// <summary>By block of a group: at most 512 / 32.</summary>
    public fixed float Inverses[16];

    /// <summary>By block of a group.</summary>
    public fixed double Sums[16];

    /// <summary>Unpacked codes of the largest group.</summary>
    public fixed byte Codes[2 * 4096];

    /// <summary>Values of the largest group.</summary>
    public fixed float Values[4096];
}
