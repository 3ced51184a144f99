// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>
/// Shape Quantize: a pair of tiles goes through the kernel before into the first cache, each gets its scale, and one run of the
/// stream rounds both.
/// </summary>
internal readonly unsafe struct QuantizeLoop<TBefore, TOp>(
    float* source, sbyte* codes, float* scales, long length, TBefore before, TOp op, long firstTile) : ILoop
    where TBefore : unmanaged, ISample
    where TOp : unmanaged, IQuantize
{
    private const int Tile = SampleLoop<TBefore>.Tile;
    private const int Pair = 2 * Tile;

    private readonly float* _source = source, _scales = scales;
    private readonly sbyte* _codes = codes;
    private readonly long _length = length, _firstTile = firstTile;
    private readonly TBefore _before = before;
    private readonly TOp _op = op;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        float* values = stackalloc float[Pair];
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length);
        for (; i + Pair <= end; i += Pair)
        {
            long tile = _firstTile + (i / Tile);
            SampleLoop<TBefore>.RunTile<TLane, TWord>(_before, _source + i, values, tile);
            SampleLoop<TBefore>.RunTile<TLane, TWord>(_before, _source + i + Tile, values + Tile, tile + 1);
            Encode<TLane, TWord>(values, _codes + i, _scales + (i / Tile), tile);
        }

        if (i < end)
        {
            RunRest<TLane, TWord>(values, i, (int)(end - i));
        }
    }

    private void RunRest<TLane, TWord>(float* values, long i, int rest)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        sbyte* codes = stackalloc sbyte[Pair];
        float* scales = stackalloc float[2];
        var all = new Span<float>(values, Pair);
        all.Clear();
        new ReadOnlySpan<float>(_source + i, rest).CopyTo(all);
        long tile = _firstTile + (i / Tile);
        SampleLoop<TBefore>.RunTile<TLane, TWord>(_before, values, values, tile);
        SampleLoop<TBefore>.RunTile<TLane, TWord>(_before, values + Tile, values + Tile, tile + 1);

        // What the kernel before made of the padding must not reach a scale.
        all[rest..].Clear();
        int blocks = (rest + Tile - 1) / Tile;
        Encode<TLane, TWord>(values, codes, scales, tile);
        new ReadOnlySpan<sbyte>(codes, rest).CopyTo(new Span<sbyte>(_codes + i, rest));
        new ReadOnlySpan<float>(scales, blocks).CopyTo(new Span<float>(_scales + (i / Tile), blocks));
    }

    private void Encode<TLane, TWord>(float* values, sbyte* codes, float* scales, long tile)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        TOp op = _op;
        float max0 = MaxAbs<TLane, TWord>(values), max1 = MaxAbs<TLane, TWord>(values + Tile);
        scales[0] = BlockScale.Of(max0, TOp.MaximumCode);
        scales[1] = BlockScale.Of(max1, TOp.MaximumCode);
        float inverse0 = BlockScale.Inverse(max0, TOp.MaximumCode), inverse1 = BlockScale.Inverse(max1, TOp.MaximumCode);
        TWord block = TWord.Splat((uint)(8 * tile)) + TWord.Positions;
        for (int l = 0; l < 16; l += TLane.Count)
        {
            Block16<TWord> words = op.Words(block + TWord.Splat((uint)l));
            Span<TWord> w = MemoryMarshal.CreateSpan(ref words.R0, 16);
            for (int k = 0; k < 16; k++)
            {
                int at = l + (16 * k);
                TLane x = TLane.Load(values + at) * TLane.Splat(inverse0), y = TLane.Load(values + Tile + at) * TLane.Splat(inverse1);
                TWord.StoreBytes(op.Code<TLane, TWord>(x, w[k] & TWord.Splat(0xFFFF)), codes + at);
                TWord.StoreBytes(op.Code<TLane, TWord>(y, w[k] >>> 16), codes + Tile + at);
            }
        }

        ClearIfNone(inverse0, codes);
        ClearIfNone(inverse1, codes + Tile);
    }

    private static void ClearIfNone(float inverse, sbyte* codes)
    {
        if (inverse == 0)
        {
            new Span<sbyte>(codes, Tile).Clear();
        }
    }

    private static float MaxAbs<TLane, TWord>(float* values)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>
    {
        TLane infinity = TLane.Splat(float.PositiveInfinity), m0 = TLane.Splat(0), m1 = m0;
        for (int i = 0; i < Tile; i += 2 * TLane.Count)
        {
            TLane a = TLane.Abs(TLane.Load(values + i)), b = TLane.Abs(TLane.Load(values + i + TLane.Count));
            a = TLane.SelectGreater(infinity, a, a, infinity);
            b = TLane.SelectGreater(infinity, b, b, infinity);
            m0 = TLane.SelectGreater(a, m0, a, m0);
            m1 = TLane.SelectGreater(b, m1, b, m1);
        }

        float* elements = stackalloc float[16];
        TLane.Store(TLane.SelectGreater(m0, m1, m0, m1), elements);
        float max = elements[0];
        for (int i = 1; i < TLane.Count; i++)
        {
            max = Math.Max(max, elements[i]);
        }

        return max;
    }
}
