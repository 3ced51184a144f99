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

    /// <summary>How the host starts the kernels that encode.</summary>
    public delegate void EncodeLauncher<TElement, TCode, TOp>(
        AcceleratorStream stream, KernelConfig config,
        ArrayView<TElement> values, ArrayView<float> inverses, ArrayView<TCode> codes,
        long start, long codesStart, long length, long firstBlock, long begin, long end, TOp op)
        where TElement : unmanaged
        where TCode : unmanaged;

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

    /// <summary>
    /// Whole pairs of tiles in aligned windows: a step is four neighbouring blocks of the stream, sixteen times four elements of
    /// each tile. Starts, begin and end count quads: of elements, of codes, of blocks.
    /// </summary>
    /// <remarks>The length is there so that both ways to encode are called alike.</remarks>
    public static void EncodeQuads<TOp>(
        ArrayView<Float4> values, ArrayView<float> inverses, ArrayView<uint> codes,
        long start, long codesStart, long length, long firstBlock, long begin, long end, TOp op)
        where TOp : unmanaged, IQuantize
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            long pair = i / 4, e = (2 * SampleDriver.Tile / 4 * pair) + (i & 3), v = start + e, c = codesStart + e;
            Block16<QuadWord> w = op.Words(QuadWord.From((uint)(firstBlock + (4 * i))));
            QuadTile(op, values, codes, v, c, inverses[2 * pair], w, 0);
            QuadTile(
                op, values, codes, v + (SampleDriver.Tile / 4), c + (SampleDriver.Tile / 4), inverses[(2 * pair) + 1], w, 16);
        }
    }

    /// <summary>Any window and the last tiles: a step is one block of the stream, sixteen elements of each tile of a pair.</summary>
    public static void EncodeBlocks<TOp>(
        ArrayView<float> values, ArrayView<float> inverses, ArrayView<sbyte> codes,
        long start, long codesStart, long length, long firstBlock, long begin, long end, TOp op)
        where TOp : unmanaged, IQuantize
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            long pair = i / 16, e = (2 * SampleDriver.Tile * pair) + (i & 15), v = start + e, c = codesStart + e;
            long rest = length - e;
            Block16<ScalarWord> w = op.Words(new ScalarWord((uint)(firstBlock + i)));
            PartTile(op, values, codes, v, c, rest, inverses[2 * pair], w, 0);
            PartTile(
                op, values, codes, v + SampleDriver.Tile, c + SampleDriver.Tile, rest - SampleDriver.Tile,
                inverses[(2 * pair) + 1], w, 16);
        }
    }

    /// <summary>A step's share of one tile; its random bits are those of each word from <paramref name="shift"/> on.</summary>
    private static void QuadTile<TOp>(
        TOp op, ArrayView<Float4> values, ArrayView<uint> codes, long v, long c, float inverse, Block16<QuadWord> w, int shift)
        where TOp : unmanaged, IQuantize
    {
        // All loads before the first store, which the compiler must take for one that changes the values.
        Float4 x0 = values[v], x1 = values[v + 4], x2 = values[v + 8], x3 = values[v + 12];
        Float4 x4 = values[v + 16], x5 = values[v + 20], x6 = values[v + 24], x7 = values[v + 28];
        Float4 x8 = values[v + 32], x9 = values[v + 36], x10 = values[v + 40], x11 = values[v + 44];
        Float4 x12 = values[v + 48], x13 = values[v + 52], x14 = values[v + 56], x15 = values[v + 60];
        codes[c] = Codes(op, x0, inverse, w.R0, shift);
        codes[c + 4] = Codes(op, x1, inverse, w.R1, shift);
        codes[c + 8] = Codes(op, x2, inverse, w.R2, shift);
        codes[c + 12] = Codes(op, x3, inverse, w.R3, shift);
        codes[c + 16] = Codes(op, x4, inverse, w.R4, shift);
        codes[c + 20] = Codes(op, x5, inverse, w.R5, shift);
        codes[c + 24] = Codes(op, x6, inverse, w.R6, shift);
        codes[c + 28] = Codes(op, x7, inverse, w.R7, shift);
        codes[c + 32] = Codes(op, x8, inverse, w.R8, shift);
        codes[c + 36] = Codes(op, x9, inverse, w.R9, shift);
        codes[c + 40] = Codes(op, x10, inverse, w.R10, shift);
        codes[c + 44] = Codes(op, x11, inverse, w.R11, shift);
        codes[c + 48] = Codes(op, x12, inverse, w.R12, shift);
        codes[c + 52] = Codes(op, x13, inverse, w.R13, shift);
        codes[c + 56] = Codes(op, x14, inverse, w.R14, shift);
        codes[c + 60] = Codes(op, x15, inverse, w.R15, shift);
    }

    /// <inheritdoc cref="QuadTile"/>
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
        int code = (int)Code<TOp, ScalarLane, ScalarWord>(op, new ScalarLane(x), inverse, word, shift).Value;

        // A block without codes may hold NaN.
        return (sbyte)(inverse != 0 ? code : 0);
    }

    private static uint Codes<TOp>(TOp op, Float4 x, float inverse, QuadWord word, int shift)
        where TOp : unmanaged, IQuantize
    {
        QuadWord bytes = Code<TOp, QuadLane, QuadWord>(op, QuadLane.From(x), inverse, word, shift) & QuadWord.Splat(0xFF);
        uint codes = bytes.X.Value | (bytes.Y.Value << 8) | (bytes.Z.Value << 16) | (bytes.W.Value << 24);
        return inverse != 0 ? codes : 0;
    }

    private static TWord Code<TOp, TLane, TWord>(TOp op, TLane x, float inverse, TWord word, int shift)
        where TOp : unmanaged, IQuantize
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        op.Code<TLane, TWord>(x * TLane.Splat(inverse), (word >>> shift) & TWord.Splat(0xFFFF));
}
