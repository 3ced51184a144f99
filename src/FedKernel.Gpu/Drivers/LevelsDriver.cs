// SPDX-License-Identifier: Apache-2.0
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>The levels of a book that is the same on both sides of 0, one a thread.</summary>
internal static class LevelsDriver
{
    /// <summary>How the host starts looking for levels and taking them.</summary>
    public delegate void Launcher(
        AcceleratorStream stream, KernelConfig config, ArrayView<float> values, ArrayView<float> book, ArrayView<uint> codes,
        long valuesStart, long bookStart, long codesStart, int magnitudes, long length);

    /// <summary>A search of halves: the boundaries are one less than a power of two.</summary>
    public static void Find(
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
    public static void Take(
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
