// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>Which sample meets which element: written from the remarks of <see cref="Kernels.ISample"/>.</summary>
internal static class SampleLayout
{
    /// <summary>The start of the stream, and for short vectors its very end, where block numbers have all their bits.</summary>
    public static long[] FirstTiles(KernelTrial trial) => trial.Length <= 256 ? [0, (1L << 28) - 1] : [0];

    /// <summary>The word that each element gets; element 256·⌊b/16⌋ + 16·k + b mod 16 gets word k of block b.</summary>
    public static uint[] Words(int length, long firstTile, BlockFunction block)
    {
        // A multiple of a tile, so that partners of a pair past the end are there too.
        var words = new uint[(length + 255) / 256 * 256];
        Span<uint> output = stackalloc uint[16];
        for (int b = 0; b < words.Length / 16; b++)
        {
            block((uint)((16 * firstTile) + b), output);
            for (int k = 0; k < 16; k++)
            {
                words[(256 * (b / 16)) + (16 * k) + (b % 16)] = output[k];
            }
        }

        return words;
    }

    /// <summary>
    /// The 16 bits that each element gets: 512·⌊b/16⌋ + 16·k + b mod 16 the low half of word k of block b, the one 256 further the
    /// high half.
    /// </summary>
    public static uint[] Halves(int length, long firstTile, BlockFunction block)
    {
        var random = new uint[(length + 511) / 512 * 512];
        Span<uint> output = stackalloc uint[16];
        for (int b = 0; b < random.Length / 32; b++)
        {
            block((uint)((8 * firstTile) + b), output);
            for (int k = 0; k < 16; k++)
            {
                int element = (512 * (b / 16)) + (16 * k) + (b % 16);
                (random[element], random[element + 256]) = (output[k] & 0xFFFF, output[k] >> 16);
            }
        }

        return random;
    }

    /// <summary>True if the element gets the cosine of its pair: its k is even.</summary>
    public static bool IsFirst(int element) => element / 16 % 2 == 0;

    /// <summary>The two words that make the sample of an element: words 2j and 2j + 1 of its block, 16 elements apart.</summary>
    public static (uint U, uint V) Pair(uint[] words, int element)
    {
        int first = IsFirst(element) ? element : element - 16;
        return (words[first], words[first + 16]);
    }

    public static float[] Normals(uint[] words)
    {
        var normals = new float[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            (uint u, uint v) = Pair(words, i);
            (float first, float second) = ReferenceNormal.Single(u, v);
            normals[i] = IsFirst(i) ? first : second;
        }

        return normals;
    }
}
