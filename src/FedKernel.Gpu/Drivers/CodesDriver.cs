// SPDX-License-Identifier: Apache-2.0
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>Codes side by side, eight of them a thread, which are whole bytes; and the levels of a book, one a thread.</summary>
internal static class CodesDriver
{
    /// <summary>How the host starts packing and unpacking.</summary>
    public delegate void PackLauncher(
        AcceleratorStream stream, KernelConfig config, ArrayView<uint> words, ArrayView<byte> codes,
        long wordsStart, long codesStart, int bits, long length);

    /// <summary>How the host starts looking for levels and taking them.</summary>
    public delegate void LevelsLauncher(
        AcceleratorStream stream, KernelConfig config, ArrayView<float> values, ArrayView<float> book, ArrayView<uint> codes,
        long valuesStart, long bookStart, long codesStart, int magnitudes, long length);

    public static void Pack(
        ArrayView<uint> words, ArrayView<byte> codes, long wordsStart, long codesStart, int bits, long length)
    {
        ulong mask = (1UL << bits) - 1;
        for (long group = GridThread.Index; 8 * group < length; group += GridThread.Count)
        {
            long i = 8 * group, end = i + 8 < length ? i + 8 : length, to = codesStart + (group * bits);
            ulong waiting = 0;
            int count = 0;
            for (; i < end; i++)
            {
                waiting |= (words[wordsStart + i] & mask) << count;
                for (count += bits; count >= 8; count -= 8)
                {
                    codes[to] = (byte)waiting;
                    to++;
                    waiting >>= 8;
                }
            }

            if (count > 0)
            {
                codes[to] = (byte)waiting;
            }
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

    /// <summary>A search of halves: the boundaries are one less than a power of two.</summary>
    public static void FindLevels(
        ArrayView<float> values, ArrayView<float> book, ArrayView<uint> codes,
        long valuesStart, long bookStart, long codesStart, int magnitudes, long length)
    {
        for (long i = GridThread.Index; i < length; i += GridThread.Count)
        {
            float x = values[valuesStart + i], magnitude = IntrinsicMath.Abs(x);
            int found = 0;
            for (int half = magnitudes >> 1; half > 0; half >>= 1)
            {
                found += book[bookStart + found + half - 1] > magnitude ? 0 : half;
            }

            codes[codesStart + i] = (uint)(found + (x < 0 ? magnitudes : 0));
        }
    }

    /// <summary>The sign is the bit of the code that is worth as much as there are magnitudes.</summary>
    public static void TakeLevels(
        ArrayView<float> values, ArrayView<float> book, ArrayView<uint> codes,
        long valuesStart, long bookStart, long codesStart, int magnitudes, long length)
    {
        for (long i = GridThread.Index; i < length; i += GridThread.Count)
        {
            int code = (int)codes[codesStart + i];
            float magnitude = book[bookStart + (code & (magnitudes - 1))];
            values[valuesStart + i] = (code & magnitudes) != 0 ? -magnitude : magnitude;
        }
    }
}
