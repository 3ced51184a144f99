// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Kernels;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Shape Encode: group by group, packed at once where a code is no whole byte.</summary>
internal readonly unsafe struct EncodeLoop<TOp>(
    float* source, byte* codes, float* scales, long length, TOp op, int blockSize, long firstTile) : ILoop
    where TOp : unmanaged, IEncode
{
    private readonly float* _source = source, _scales = scales;
    private readonly byte* _codes = codes;
    private readonly long _length = length, _firstTile = firstTile;
    private readonly TOp _op = op;
    private readonly int _blockSize = blockSize;

    [SkipLocalsInit]
    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        EncodeScratch scratch;
        var encoder = new BlockEncoder<TOp>(_op, _blockSize, &scratch);
        int group = BlockEncoder<TOp>.GroupOf(_blockSize);
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length);
        for (; i < end; i += group)
        {
            int count = (int)Math.Min(group, end - i);
            float* values = _source + i;
            if (count < group)
            {
                values = scratch.Values;
                new ReadOnlySpan<float>(_source + i, count).CopyTo(new Span<float>(values, group));
                new Span<float>(values + count, group - count).Clear();
            }

            byte* packed = _codes + (i / 8 * TOp.Bits);
            byte* unpacked = TOp.Bits >= 8 && count == group ? packed : scratch.Codes;
            encoder.Run<TLane, TWord>(values, count, unpacked, _scales + (i / _blockSize), _firstTile + (i / 256));
            PackedCodes.Pack(unpacked, count, packed, TOp.Bits);
        }
    }
}
