// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>
/// Codes of 1 to 32 bits side by side; up to a byte they become bytes in the first cache, which <see cref="PackedCodes"/> packs.
/// Eight codes are whole bytes, so chunks touch no byte of each other.
/// </summary>
internal readonly unsafe struct PackLoop(uint* words, byte* codes, long length, int bits) : ILoop
{
    /// <summary>Codes that are bytes at once.</summary>
    public const int Strip = 512;

    private readonly uint* _words = words;
    private readonly byte* _codes = codes;
    private readonly long _length = length;
    private readonly int _bits = bits;

    [SkipLocalsInit]
    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        byte* bytes = stackalloc byte[Strip];
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length);
        byte* to = _codes + (i / 8 * _bits);
        for (; _bits <= 8 && i < end; i += Strip, to += Strip / 8 * _bits)
        {
            int count = (int)Math.Min(Strip, end - i);
            byte* narrow = _bits == 8 ? to : bytes;
            Narrow<TWord>(_words + i, narrow, count, (1u << _bits) - 1);
            PackedCodes.Pack(narrow, count, to, _bits);
        }

        ulong waiting = 0, mask = (1UL << _bits) - 1;
        int held = 0;
        for (; i < end; i++)
        {
            waiting |= (_words[i] & mask) << held;
            for (held += _bits; held >= 8; held -= 8, waiting >>= 8)
            {
                *to++ = (byte)waiting;
            }
        }

        if (held > 0)
        {
            *to = (byte)waiting;
        }
    }

    private static void Narrow<TWord>(uint* words, byte* bytes, int count, uint mask)
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        int i = 0;
        TWord low = TWord.Splat(mask);
        for (; i + TWord.Count <= count; i += TWord.Count)
        {
            TWord.StoreBytes(TWord.Load(words + i) & low, (sbyte*)bytes + i);
        }

        for (; i < count; i++)
        {
            bytes[i] = (byte)(words[i] & mask);
        }
    }
}

/// <summary>The way back.</summary>
internal readonly unsafe struct UnpackLoop(byte* codes, uint* words, long length, int bits) : ILoop
{
    private readonly byte* _codes = codes;
    private readonly uint* _words = words;
    private readonly long _length = length;
    private readonly int _bits = bits;

    [SkipLocalsInit]
    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        byte* bytes = stackalloc byte[PackLoop.Strip];
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length);
        byte* from = _codes + (i / 8 * _bits);
        while (_bits <= 8 && i + 8 <= end)
        {
            int count = (int)Math.Min(PackLoop.Strip, (end - i) & ~7);
            if (_bits < 8)
            {
                PackedCodes.Unpack(from, count, bytes, _bits);
            }

            Widen<TWord>(_bits == 8 ? from : bytes, _words + i, count);
            i += count;
            from += count / 8 * _bits;
        }

        ulong waiting = 0, mask = (1UL << _bits) - 1;
        int held = 0;
        for (; i < end; i++)
        {
            for (; held < _bits; held += 8)
            {
                waiting |= (ulong)*from++ << held;
            }

            _words[i] = (uint)(waiting & mask);
            waiting >>= _bits;
            held -= _bits;
        }
    }

    private static void Widen<TWord>(byte* bytes, uint* words, int count)
        where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
    {
        int i = 0;
        for (; i + TWord.Count <= count; i += TWord.Count)
        {
            TWord.Store(TWord.LoadWidened(bytes + i), words + i);
        }

        for (; i < count; i++)
        {
            words[i] = bytes[i];
        }
    }
}
