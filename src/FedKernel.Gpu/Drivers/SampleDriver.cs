// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>
/// Shape Sample. A step is four neighbouring blocks of the stream: sixteen times four elements in 16-byte accesses; or one block:
/// sixteen elements, sixteen apart, so that neighbours coalesce.
/// </summary>
/// <remarks>
/// Both have the bandwidth: sixteen neighbours fill two sectors of 32 bytes with each load of four bytes, and a thread has sixteen
/// loads in flight. Four blocks at once need a quarter of the addresses, which are a tenth of the instructions of one; they live in
/// some 170 registers instead of 65, of 255 that a thread may have.
/// </remarks>
internal static class SampleDriver
{
    /// <summary>Elements of a tile.</summary>
    public const int Tile = 256;

    /// <summary>Blocks of a tile.</summary>
    public const int BlocksPerTile = 16;

    /// <summary>How the host starts a kernel of this class.</summary>
    public delegate void Launcher<TElement, TOp>(
        AcceleratorStream stream, KernelConfig config,
        ArrayView<TElement> source, ArrayView<TElement> destination, ArrayView<TElement> largest,
        long sourceStart, long destinationStart, long length, long firstBlock, long begin, long end, TOp op)
        where TElement : unmanaged;

    /// <summary>Whole tiles of aligned windows. Starts, begin and end count quads: of elements, of blocks.</summary>
    /// <remarks>The length is there so that both ways are called alike.</remarks>
    public static void Quads<TLargest, TOp>(
        ArrayView<Float4> source, ArrayView<Float4> destination, ArrayView<Float4> largest,
        long sourceStart, long destinationStart, long length, long firstBlock, long begin, long end, TOp op)
        where TLargest : struct, ILargest
        where TOp : unmanaged, ISample
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            long e = (Tile / 4 * (i / 4)) + (i & 3), s = sourceStart + e, d = destinationStart + e;
            Block16<QuadLane> b = SampleBlock.Draw<TOp, QuadLane, QuadWord>(op, QuadWord.From((uint)(firstBlock + (4 * i))));

            // All loads before the first store, which the compiler must take for one that changes the source.
            Float4 x0 = source[s], x1 = source[s + 4], x2 = source[s + 8], x3 = source[s + 12];
            Float4 x4 = source[s + 16], x5 = source[s + 20], x6 = source[s + 24], x7 = source[s + 28];
            Float4 x8 = source[s + 32], x9 = source[s + 36], x10 = source[s + 40], x11 = source[s + 44];
            Float4 x12 = source[s + 48], x13 = source[s + 52], x14 = source[s + 56], x15 = source[s + 60];
            QuadLane m = PutQuad(op, destination, d, x0, b.R0, QuadLane.Splat(0));
            m = PutQuad(op, destination, d + 4, x1, b.R1, m);
            m = PutQuad(op, destination, d + 8, x2, b.R2, m);
            m = PutQuad(op, destination, d + 12, x3, b.R3, m);
            m = PutQuad(op, destination, d + 16, x4, b.R4, m);
            m = PutQuad(op, destination, d + 20, x5, b.R5, m);
            m = PutQuad(op, destination, d + 24, x6, b.R6, m);
            m = PutQuad(op, destination, d + 28, x7, b.R7, m);
            m = PutQuad(op, destination, d + 32, x8, b.R8, m);
            m = PutQuad(op, destination, d + 36, x9, b.R9, m);
            m = PutQuad(op, destination, d + 40, x10, b.R10, m);
            m = PutQuad(op, destination, d + 44, x11, b.R11, m);
            m = PutQuad(op, destination, d + 48, x12, b.R12, m);
            m = PutQuad(op, destination, d + 52, x13, b.R13, m);
            m = PutQuad(op, destination, d + 56, x14, b.R14, m);
            m = PutQuad(op, destination, d + 60, x15, b.R15, m);
            TLargest.Put(largest, i, m.ToPack());
        }
    }

    /// <summary>Any window and the last tile.</summary>
    public static void Blocks<TLargest, TOp>(
        ArrayView<float> source, ArrayView<float> destination, ArrayView<float> largest,
        long sourceStart, long destinationStart, long length, long firstBlock, long begin, long end, TOp op)
        where TLargest : struct, ILargest
        where TOp : unmanaged, ISample
    {
        for (long i = begin + GridThread.Index; i < end; i += GridThread.Count)
        {
            long e = (Tile * (i / BlocksPerTile)) + (i & (BlocksPerTile - 1));
            Block16<ScalarLane> b = SampleBlock.Draw<TOp, ScalarLane, ScalarWord>(op, new ScalarWord((uint)(firstBlock + i)));
            long s = sourceStart + e, d = destinationStart + e, rest = length - e;
            float m = rest > 240 ? Whole(op, source, destination, s, d, b) : Part(op, source, destination, s, d, rest, b);
            TLargest.Put(largest, i, m);
        }
    }

    private static float Whole<TOp>(
        TOp op, ArrayView<float> source, ArrayView<float> destination, long s, long d, Block16<ScalarLane> b)
        where TOp : unmanaged, ISample
    {
        // All loads before the first store, which the compiler must take for one that changes the source.
        float x0 = source[s], x1 = source[s + 16], x2 = source[s + 32], x3 = source[s + 48];
        float x4 = source[s + 64], x5 = source[s + 80], x6 = source[s + 96], x7 = source[s + 112];
        float x8 = source[s + 128], x9 = source[s + 144], x10 = source[s + 160], x11 = source[s + 176];
        float x12 = source[s + 192], x13 = source[s + 208], x14 = source[s + 224], x15 = source[s + 240];
        float m = Put(op, destination, d, x0, b.R0, 0);
        m = Put(op, destination, d + 16, x1, b.R1, m);
        m = Put(op, destination, d + 32, x2, b.R2, m);
        m = Put(op, destination, d + 48, x3, b.R3, m);
        m = Put(op, destination, d + 64, x4, b.R4, m);
        m = Put(op, destination, d + 80, x5, b.R5, m);
        m = Put(op, destination, d + 96, x6, b.R6, m);
        m = Put(op, destination, d + 112, x7, b.R7, m);
        m = Put(op, destination, d + 128, x8, b.R8, m);
        m = Put(op, destination, d + 144, x9, b.R9, m);
        m = Put(op, destination, d + 160, x10, b.R10, m);
        m = Put(op, destination, d + 176, x11, b.R11, m);
        m = Put(op, destination, d + 192, x12, b.R12, m);
        m = Put(op, destination, d + 208, x13, b.R13, m);
        m = Put(op, destination, d + 224, x14, b.R14, m);
        m = Put(op, destination, d + 240, x15, b.R15, m);
        return m;
    }

    private static float Part<TOp>(
        TOp op, ArrayView<float> source, ArrayView<float> destination, long s, long d, long rest, Block16<ScalarLane> b)
        where TOp : unmanaged, ISample
    {
        float m = 0;
        m = PutIf(op, source, destination, s, d, 0, rest, b.R0, m);
        m = PutIf(op, source, destination, s, d, 16, rest, b.R1, m);
        m = PutIf(op, source, destination, s, d, 32, rest, b.R2, m);
        m = PutIf(op, source, destination, s, d, 48, rest, b.R3, m);
        m = PutIf(op, source, destination, s, d, 64, rest, b.R4, m);
        m = PutIf(op, source, destination, s, d, 80, rest, b.R5, m);
        m = PutIf(op, source, destination, s, d, 96, rest, b.R6, m);
        m = PutIf(op, source, destination, s, d, 112, rest, b.R7, m);
        m = PutIf(op, source, destination, s, d, 128, rest, b.R8, m);
        m = PutIf(op, source, destination, s, d, 144, rest, b.R9, m);
        m = PutIf(op, source, destination, s, d, 160, rest, b.R10, m);
        m = PutIf(op, source, destination, s, d, 176, rest, b.R11, m);
        m = PutIf(op, source, destination, s, d, 192, rest, b.R12, m);
        m = PutIf(op, source, destination, s, d, 208, rest, b.R13, m);
        m = PutIf(op, source, destination, s, d, 224, rest, b.R14, m);
        m = PutIf(op, source, destination, s, d, 240, rest, b.R15, m);
        return m;
    }

    private static float PutIf<TOp>(
        TOp op, ArrayView<float> source, ArrayView<float> destination,
        long s, long d, int element, long rest, ScalarLane sample, float known)
        where TOp : unmanaged, ISample
    {
        float m = known;
        if (element < rest)
        {
            m = Put(op, destination, d + element, source[s + element], sample, known);
        }

        return m;
    }

    private static QuadLane PutQuad<TOp>(
        TOp op, ArrayView<Float4> destination, long at, Float4 x, QuadLane sample, QuadLane known)
        where TOp : unmanaged, ISample
    {
        QuadLane value = op.Apply<QuadLane, QuadWord>(QuadLane.From(x), sample);
        destination[at] = value.ToPack();
        return Magnitude.Larger<QuadLane, QuadWord>(known, value);
    }

    private static float Put<TOp>(
        TOp op, ArrayView<float> destination, long at, float x, ScalarLane sample, float known)
        where TOp : unmanaged, ISample
    {
        float value = op.Apply<ScalarLane, ScalarWord>(new ScalarLane(x), sample).Value;
        destination[at] = value;
        return Magnitude.Larger(known, value);
    }
}
