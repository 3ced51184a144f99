// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random.Discrete;

namespace FedKernel.Devices.Validation;

/// <summary>The discrete Gaussian from its table, written plainly: whole numbers are compared, and only who asks is answered.</summary>
internal static class ReferenceDiscreteGaussian
{
    /// <summary>The samples of a vector; element 256·⌊s/16⌋ + 16·k + s mod 16 gets sample k of step s.</summary>
    /// <param name="length">Elements.</param>
    /// <param name="firstTile">Sixteen steps each.</param>
    /// <param name="table">The words of the table.</param>
    /// <param name="shape">Their layout.</param>
    /// <param name="block">The stream.</param>
    public static int[] Samples(int length, long firstTile, ReadOnlySpan<uint> table, DrawShape shape, BlockFunction block)
    {
        var samples = new int[(length + 255) / 256 * 256];
        Span<uint> words = stackalloc uint[16], spare = stackalloc uint[16];
        for (int s = 0; s < samples.Length / 16; s++)
        {
            for (int t = 0; t < shape.Terms; t++)
            {
                uint number = (uint)((2 * shape.Terms * ((16 * firstTile) + s)) + (2 * t));
                block(number, words);
                block(number + 1, spare);
                int asked = 0;
                for (int k = 0; k < 16; k++)
                {
                    int magnitude = First(words[k], table, shape);
                    if ((words[k] & 0x7FFFFFFF) < table[shape.First])
                    {
                        magnitude = Rest(Math.Min(asked++, 3), spare, table, shape);
                    }

                    int signed = words[k] >> 31 == 1 ? -magnitude : magnitude;
                    samples[(256 * (s / 16)) + (16 * k) + (s % 16)] += signed * (int)table[shape.TermStart + t];
                }
            }
        }

        return samples[..length];
    }

    private static int First(uint word, ReadOnlySpan<uint> table, DrawShape shape)
    {
        int count = 0;
        foreach (uint threshold in table[..shape.First])
        {
            count += (word & 0x7FFFFFFF) < threshold ? 1 : 0;
        }

        return count;
    }

    /// <summary>Draw 0 has three limbs from word 0 on, draws 1 and 2 two from words 3 and 5, draw 3 one in word 7.</summary>
    private static int Rest(int draw, ReadOnlySpan<uint> spare, ReadOnlySpan<uint> table, DrawShape shape)
    {
        (int at, int limbs) = draw switch { 0 => (0, 3), 1 => (3, 2), 2 => (5, 2), _ => (7, 1) };
        UInt128 value = Number(spare.Slice(at, limbs));
        int count = 0;
        for (int j = 0; j < shape.Rest; j++)
        {
            count += value < Number(table.Slice(shape.RestStart + (3 * j), limbs)) ? 1 : 0;
        }

        return count;
    }

    private static UInt128 Number(ReadOnlySpan<uint> limbs)
    {
        UInt128 number = 0;
        foreach (uint limb in limbs)
        {
            number = (number << 31) | (limb & 0x7FFFFFFF);
        }

        return number;
    }
}
