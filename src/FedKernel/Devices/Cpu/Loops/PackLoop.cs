// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Cpu.Loops;

/// <summary>Codes of 1 to 32 bits side by side. Eight of them are whole bytes, so chunks touch no byte of each other.</summary>
internal readonly unsafe struct PackLoop(uint* words, byte* codes, long length, int bits) : ILoop
{
    private readonly uint* _words = words;
    private readonly byte* _codes = codes;
    private readonly long _length = length;
    private readonly int _bits = bits;

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length);
        byte* to = _codes + (i / 8 * _bits);
        ulong mask = (1UL << _bits) - 1;

        // Eight bytes are stored and the next group begins within them; the last groups of a chunk must not reach into the next.
        for (; _bits <= 8 && i + 64 <= end; i += 8, to += _bits)
        {
            uint* w = _words + i;
            int b = _bits;
            ulong low = (w[0] & mask) | ((w[1] & mask) << b) | ((w[2] & mask) << (2 * b)) | ((w[3] & mask) << (3 * b));
            ulong high = (w[4] & mask) | ((w[5] & mask) << b) | ((w[6] & mask) << (2 * b)) | ((w[7] & mask) << (3 * b));
            *(ulong*)to = low | (high << (4 * b));
        }

        ulong waiting = 0;
        int count = 0;
        for (; i < end; i++)
        {
            waiting |= (_words[i] & mask) << count;
            for (count += _bits; count >= 8; count -= 8, waiting >>= 8)
            {
                *to++ = (byte)waiting;
            }
        }

        if (count > 0)
        {
            *to = (byte)waiting;
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

    void ILoop.Run<TLane, TWord, TWide, TLong>(long chunk)
    {
        long i = chunk * CpuDevice.Chunk, end = Math.Min(i + CpuDevice.Chunk, _length);
        byte* from = _codes + (i / 8 * _bits);
        ulong mask = (1UL << _bits) - 1;

        // Eight bytes are loaded, of which a group has some; the last groups must not read behind the codes.
        for (; _bits <= 8 && i + 64 <= end; i += 8, from += _bits)
        {
            ulong group = *(ulong*)from;
            for (int k = 0; k < 8; k++, group >>= _bits)
            {
                _words[i + k] = (uint)(group & mask);
            }
        }

        ulong waiting = 0;
        int count = 0;
        for (; i < end; i++)
        {
            for (; count < _bits; count += 8)
            {
                waiting |= (ulong)*from++ << count;
            }

            _words[i] = (uint)(waiting & mask);
            waiting >>= _bits;
            count -= _bits;
        }
    }
}
