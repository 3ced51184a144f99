// SPDX-License-Identifier: Apache-2.0
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>Codes side by side, eight of them a thread, which are whole bytes.</summary>
internal static class PackDriver
{
    /// <summary>How the host starts packing and unpacking.</summary>
    public delegate void Launcher<TWord>(
        AcceleratorStream stream, KernelConfig config, ArrayView<TWord> words, ArrayView<byte> codes,
        long wordsStart, long codesStart, int bits, long length)
        where TWord : unmanaged;

    public static void Pack(
        ArrayView<uint> words, ArrayView<byte> codes, long wordsStart, long codesStart, int bits, long length)
    {
        ulong mask = (1UL << bits) - 1;
        for (long group = GridThread.Index; 8 * group < length; group += GridThread.Count)
        {
            long i = 8 * group, end = i + 8 < length ? i + 8 : length;
            var bytes = new Bytes { At = codesStart + (group * bits) };
            for (; i < end; i++)
            {
                bytes = bytes.With(words[wordsStart + i] & mask, bits, codes);
            }

            bytes.End(codes);
        }
    }

    /// <summary>The same for what <see cref="EncodeDriver"/> encodes: words have no bits above their codes.</summary>
    public static void PackHalves(
        ArrayView<ushort> words, ArrayView<byte> codes, long wordsStart, long codesStart, int bits, long length)
    {
        for (long group = GridThread.Index; 8 * group < length; group += GridThread.Count)
        {
            long i = 8 * group, end = i + 8 < length ? i + 8 : length;
            var bytes = new Bytes { At = codesStart + (group * bits) };
            for (; i < end; i++)
            {
                bytes = bytes.With(words[wordsStart + i], bits, codes);
            }

            bytes.End(codes);
        }
    }

    public static void Unpack(
        ArrayView<uint> words, ArrayView<byte> codes, long wordsStart, long codesStart, int bits, long length)
    {
        ulong mask = (1UL << bits) - 1;
        for (long group = GridThread.Index; 8 * group < length; group += GridThread.Count)
        {
            long i = 8 * group, end = i + 8 < length ? i + 8 : length, from = codesStart + (group * bits);
            ulong waiting = 0;
            int count = 0;
            for (; i < end; i++)
            {
                for (; count < bits; count += 8)
                {
                    waiting |= (ulong)codes[from] << count;
                    from++;
                }

                words[wordsStart + i] = (uint)(waiting & mask);
                waiting >>= bits;
                count -= bits;
            }
        }
    }

    /// <summary>Where the next byte goes and what waits for it.</summary>
    private struct Bytes
    {
        public long At;

        private ulong _waiting;
        private int _count;

        public readonly Bytes With(ulong code, int bits, ArrayView<byte> codes)
        {
            Bytes bytes = this;
            bytes._waiting |= code << _count;
            for (bytes._count += bits; bytes._count >= 8; bytes._count -= 8)
            {
                codes[bytes.At] = (byte)bytes._waiting;
                bytes.At++;
                bytes._waiting >>= 8;
            }

            return bytes;
        }

        public readonly void End(ArrayView<byte> codes)
        {
            if (_count > 0)
            {
                codes[At] = (byte)_waiting;
            }
        }
    }
}
