// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Shape Encode with error feedback: the sum, its codes and what they leave out, while a group is in the first cache.</summary>
internal readonly unsafe struct EncodeWithFeedbackLoop<TOp, TDecode>(
    float* source, float* memory, byte* codes, float* scales, long length, TOp op, TDecode decode, int blockSize, long firstTile)
    : ILoop
    where TOp : unmanaged, IEncode
    where TDecode : unmanaged, IDecode
{
    private readonly float* _source = source, _memory = memory, _scales = scales;
    private readonly byte* _codes = codes;
    private readonly long _length = length, _firstTile = firstTile;
    private readonly TOp _op = op;
    private readonly TDecode _decode = decode;
    private readonly int _blockSize = blockSize;

    [SkipLocalsInit]
    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        EncodeScratch scratch;
        var encoder = new BlockEncoder<TOp>(_op, _blockSize, &scratch);
        int group = BlockEncoder<TOp>.GroupOf(_blockSize);
        float* p = scratch.Values;
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length);
        for (; i < end; i += group)
        {
            int count = (int)Math.Min(group, end - i);
            Add<TLane, TWord>(_source + i, _memory + i, p, count);
            new Span<float>(p + count, group - count).Clear();
            float* scales = _scales + (i / _blockSize);
            encoder.Run<TLane, TWord>(p, count, scratch.Codes, scales, _firstTile + (i / 256));
            for (int j = 0, b = 0; j < count; j += _blockSize, b++)
            {
                float scale = TOp.Norm == BlockNorm.None ? 1 : scales[b];
                int size = Math.Min(_blockSize, count - j);
                if (scale <= float.MaxValue)
                {
                    byte* at = scratch.Codes + (TOp.Bits == 16 ? 2 * j : j);
                    Subtract<TLane, TWord>(_decode, p + j, at, scale, _memory + i + j, size);
                }
            }

            PackedCodes.Pack(scratch.Codes, count, _codes + (i / 8 * TOp.Bits), TOp.Bits);
        }
    }

    private static void Add<TLane, TWord>(float* source, float* memory, float* sum, int count)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>
    {
        int i = 0;
        for (; i + TLane.Count <= count; i += TLane.Count)
        {
            TLane.Store(TLane.Load(source + i) + TLane.Load(memory + i), sum + i);
        }

        for (; i < count; i++)
        {
            sum[i] = source[i] + memory[i];
        }
    }

    private static void Subtract<TLane, TWord>(TDecode decode, float* p, byte* codes, float scale, float* memory, int count)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        int i = 0;
        for (; i + TLane.Count <= count; i += TLane.Count)
        {
            TWord code = TDecode.Bits == 16 ? TWord.LoadWidened((ushort*)codes + i) : TWord.LoadWidened(codes + i);
            TLane x = decode.Value<TLane, TWord>(code) * TLane.Splat(scale);
            TLane.Store(TLane.Load(p + i) - x, memory + i);
        }

        for (; i < count; i++)
        {
            uint code = TDecode.Bits == 16 ? ((ushort*)codes)[i] : codes[i];
            memory[i] = p[i] - (decode.Value<ScalarLane, ScalarWord>(new ScalarWord(code)).Value * scale);
        }
    }
}
