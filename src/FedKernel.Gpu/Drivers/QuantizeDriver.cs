// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>
/// Shape Quantize, without a barrier: the magnitudes of a tile come from sixteen steps, a kernel turns them into its scale, and
/// the kernel that encodes finds the values still in the cache.
/// </summary>
internal static class QuantizeDriver
{
    /// <summary>How the host starts the kernels that look for magnitudes.</summary>
    public delegate void LargestLauncher<TElement>(
        AcceleratorStream stream, KernelConfig config, ArrayView<TElement> values, ArrayView<float> largest,
        long start, long length, long begin, long end)
        where TElement : unmanaged;

    /// <summary>How the host starts the kernel that makes scales.</summary>
    public delegate void ScaleLauncher<TOp>(
        AcceleratorStream stream, KernelConfig config, ArrayView<float> largest, ArrayView<float> scales, ArrayView<float> inverses,
        long scalesStart, long end, TOp op);

    /// <summary>How the host starts the kernel that encodes.</summary>
    public delegate void EncodeLauncher<TOp>(
        AcceleratorStream stream, KernelConfig config, ArrayView<float> values, ArrayView<float> inverses, ArrayView<sbyte> codes,
        long start, long codesStart, long length, long firstBlock, long end, TOp op);

    /// <summary>A step is a sixteenth of a whole tile: four accesses of 16 bytes. The start counts quads.</summary>
    /// <remarks>The length is there so that both ways to look are called alike.</remarks>
    public static void LargestQuads(
        ArrayView<Float4> values, ArrayView<float> largest, long start, long length, long begin, long end)
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            long at = start + (64 * (i / 16)) + (i & 15);
            Float4 x0 = values[at], x1 = values[at + 16], x2 = values[at + 32], x3 = values[at + 48];
            largest[i] = Magnitude.Larger(Magnitude.Larger(Magnitude.Larger(Magnitude.Larger(0, x0), x1), x2), x3);
        }
    }

    /// <summary>The same for windows that are not aligned and for the last tile.</summary>
    public static void LargestSingles(
        ArrayView<float> values, ArrayView<float> largest, long start, long length, long begin, long end)
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            long at = (SampleDriver.Tile * (i / 16)) + (i & 15), tileEnd = Math.Min(length, at + 241);
            float m = 0;
            for (; at < tileEnd; at += 16)
            {
                m = Magnitude.Larger(m, values[start + at]);
            }

            largest[i] = m;
        }
    }

    /// <summary>A step is a tile. Its two divisions are in float64, which every device rounds correctly.</summary>
    public static void Scales<TOp>(
        ArrayView<float> largest, ArrayView<float> scales, ArrayView<float> inverses, long scalesStart, long end, TOp op)
        where TOp : unmanaged, IQuantize
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            float m = 0;
            for (int k = 0; k < 16; k++)
            {
                m = Magnitude.Larger(m, largest[(16 * i) + k]);
            }

            scales[scalesStart + i] = BlockScale.Of(m, TOp.MaximumCode);
            inverses[i] = BlockScale.Inverse(m, TOp.MaximumCode);
        }
    }

    /// <summary>A step is one block of the stream: sixteen elements of each tile of a pair, sixteen apart.</summary>
    public static void Encode<TOp>(
        ArrayView<float> values, ArrayView<float> inverses, ArrayView<sbyte> codes,
        long start, long codesStart, long length, long firstBlock, long end, TOp op)
        where TOp : unmanaged, IQuantize
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long pair = i / 16, e = (2 * SampleDriver.Tile * pair) + (i & 15), v = start + e, c = codesStart + e;
            long rest = length - e;
            Block16<ScalarWord> w = op.Words(new ScalarWord((uint)(firstBlock + i)));
            float low = inverses[2 * pair], high = inverses[(2 * pair) + 1];
            if (rest > 496)
            {
                Tile(op, values, codes, v, c, low, w, 0);
                Tile(op, values, codes, v + SampleDriver.Tile, c + SampleDriver.Tile, high, w, 16);
            }
            else
            {
                PartTile(op, values, codes, v, c, rest, low, w, 0);
                PartTile(
                    op, values, codes, v + SampleDriver.Tile, c + SampleDriver.Tile, rest - SampleDriver.Tile, high, w, 16);
            }
        }
    }

    /// <summary>Sixteen elements of one tile; its random bits are those of each word from <paramref name="shift"/> on.</summary>
    private static void Tile<TOp>(
        TOp op, ArrayView<float> values, ArrayView<sbyte> codes, long v, long c, float inverse, Block16<ScalarWord> w, int shift)
        where TOp : unmanaged, IQuantize
    {
        // All loads before the first store, which the compiler must take for one that changes the values.
        float x0 = values[v], x1 = values[v + 16], x2 = values[v + 32], x3 = values[v + 48];
        float x4 = values[v + 64], x5 = values[v + 80], x6 = values[v + 96], x7 = values[v + 112];
        float x8 = values[v + 128], x9 = values[v + 144], x10 = values[v + 160], x11 = values[v + 176];
        float x12 = values[v + 192], x13 = values[v + 208], x14 = values[v + 224], x15 = values[v + 240];
        codes[c] = Code(op, x0, inverse, w.R0, shift);
        codes[c + 16] = Code(op, x1, inverse, w.R1, shift);
        codes[c + 32] = Code(op, x2, inverse, w.R2, shift);
        codes[c + 48] = Code(op, x3, inverse, w.R3, shift);
        codes[c + 64] = Code(op, x4, inverse, w.R4, shift);
        codes[c + 80] = Code(op, x5, inverse, w.R5, shift);
        codes[c + 96] = Code(op, x6, inverse, w.R6, shift);
        codes[c + 112] = Code(op, x7, inverse, w.R7, shift);
        codes[c + 128] = Code(op, x8, inverse, w.R8, shift);
        codes[c + 144] = Code(op, x9, inverse, w.R9, shift);
        codes[c + 160] = Code(op, x10, inverse, w.R10, shift);
        codes[c + 176] = Code(op, x11, inverse, w.R11, shift);
        codes[c + 192] = Code(op, x12, inverse, w.R12, shift);
        codes[c + 208] = Code(op, x13, inverse, w.R13, shift);
        codes[c + 224] = Code(op, x14, inverse, w.R14, shift);
        codes[c + 240] = Code(op, x15, inverse, w.R15, shift);
    }

    private static void PartTile<TOp>(
        TOp op, ArrayView<float> values, ArrayView<sbyte> codes,
        long v, long c, long rest, float inverse, Block16<ScalarWord> w, int shift)
        where TOp : unmanaged, IQuantize
    {
        PutIf(op, values, codes, v, c, 0, rest, inverse, w.R0, shift);
        PutIf(op, values, codes, v, c, 16, rest, inverse, w.R1, shift);
        PutIf(op, values, codes, v, c, 32, rest, inverse, w.R2, shift);
        PutIf(op, values, codes, v, c, 48, rest, inverse, w.R3, shift);
        PutIf(op, values, codes, v, c, 64, rest, inverse, w.R4, shift);
        PutIf(op, values, codes, v, c, 80, rest, inverse, w.R5, shift);
        PutIf(op, values, codes, v, c, 96, rest, inverse, w.R6, shift);
        PutIf(op, values, codes, v, c, 112, rest, inverse, w.R7, shift);
        PutIf(op, values, codes, v, c, 128, rest, inverse, w.R8, shift);
        PutIf(op, values, codes, v, c, 144, rest, inverse, w.R9, shift);
        PutIf(op, values, codes, v, c, 160, rest, inverse, w.R10, shift);
        PutIf(op, values, codes, v, c, 176, rest, inverse, w.R11, shift);
        PutIf(op, values, codes, v, c, 192, rest, inverse, w.R12, shift);
        PutIf(op, values, codes, v, c, 208, rest, inverse, w.R13, shift);
        PutIf(op, values, codes, v, c, 224, rest, inverse, w.R14, shift);
        PutIf(op, values, codes, v, c, 240, rest, inverse, w.R15, shift);
    }

    private static void PutIf<TOp>(
        TOp op, ArrayView<float> values, ArrayView<sbyte> codes,
        long v, long c, int element, long rest, float inverse, ScalarWord word, int shift)
        where TOp : unmanaged, IQuantize
    {
        if (element < rest)
        {
            codes[c + element] = Code(op, values[v + element], inverse, word, shift);
        }
    }

    private static sbyte Code<TOp>(TOp op, float x, float inverse, ScalarWord word, int shift)
        where TOp : unmanaged, IQuantize
    {
        ScalarLane scaled = new ScalarLane(x) * new ScalarLane(inverse);
        int code = (int)op.Code<ScalarLane, ScalarWord>(scaled, (word >>> shift) & new ScalarWord(0xFFFF)).Value;

        // A block without codes may hold NaN.
        return (sbyte)(inverse != 0 ? code : 0);
    }
}
