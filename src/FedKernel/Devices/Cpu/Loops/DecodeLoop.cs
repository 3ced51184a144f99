// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Shape Decode into whatever takes the values: codes of less than a byte are unpacked into the first cache.</summary>
internal readonly unsafe struct DecodeLoop<TOp, TSink>(
    byte* codes, float* scales, long length, TOp op, TSink sink, int blockSize, bool hasScales) : ILoop
    where TOp : unmanaged, IDecode
    where TSink : unmanaged, IDecodeSink
{
    private const int Strip = 512;

    private readonly byte* _codes = codes;
    private readonly float* _scales = scales;
    private readonly long _length = length;
    private readonly TOp _op = op;
    private readonly TSink _sink = sink;
    private readonly int _blockSize = blockSize;
    private readonly bool _hasScales = hasScales;

    [SkipLocalsInit]
    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        byte* bytes = stackalloc byte[Strip];
        int size = _hasScales ? Math.Min(_blockSize, Strip) : Strip, shift = int.Log2(_blockSize);
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length);
        if (TOp.Bits >= 8)
        {
            for (; i + size <= end; i += size)
            {
                float scale = _hasScales ? _scales[i >> shift] : 1;
                RunStrip<TLane, TWord, TWide, TLong>(_op, _sink, _codes + (i * (TOp.Bits / 8)), scale, i, size);
            }
        }
        else
        {
            for (; i + Strip <= end; i += Strip)
            {
                PackedCodes.Unpack(_codes + (i / 8 * TOp.Bits), Strip, bytes, TOp.Bits);
                for (int j = 0; j < Strip; j += size)
                {
                    float scale = _hasScales ? _scales[(i + j) >> shift] : 1;
                    RunStrip<TLane, TWord, TWide, TLong>(_op, _sink, bytes + j, scale, i + j, size);
                }
            }
        }

        for (; i < end; i++)
        {
            var code = new ScalarWord(PackedCodes.One(_codes, i, TOp.Bits));
            float scale = _hasScales ? _scales[i >> shift] : 1;
            ScalarLane x = _op.Value<ScalarLane, ScalarWord>(code) * new ScalarLane(scale);
            _sink.Put<ScalarLane, ScalarWord, ScalarWide, ScalarLong>(x, i);
        }
    }

    private static void RunStrip<TLane, TWord, TWide, TLong>(TOp op, TSink sink, byte* codes, float scale, long start, int size)
        where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
        where TWide : unmanaged, IWideLane<TWide, TLong>, ISimdWideLane<TWide>
        where TLong : unmanaged, ILongLane<TLong>, ISimdLane<TLong, long>
    {
        TLane factor = TLane.Splat(scale);
        for (int i = 0; i < size; i += TLane.Count)
        {
            TWord code = TOp.Bits == 16 ? TWord.LoadWidened((ushort*)codes + i) : TWord.LoadWidened(codes + i);
            sink.Put<TLane, TWord, TWide, TLong>(op.Value<TLane, TWord>(code) * factor, start + i);
        }
    }
}
