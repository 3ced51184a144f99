// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>Shape Sample. One thread has one block of the stream: sixteen elements, sixteen apart, so that neighbours coalesce.</summary>
internal static class SampleDriver
{
    /// <summary>Elements of a tile.</summary>
    public const int Tile = 256;

    /// <summary>Blocks of a tile.</summary>
    public const int BlocksPerTile = 16;

    /// <summary>How the host starts the kernel of this class.</summary>
    public delegate void Launcher<TOp>(
        AcceleratorStream stream, KernelConfig config, ArrayView<float> source, ArrayView<float> destination,
        long sourceStart, long destinationStart, long length, long firstBlock, long first, long end, TOp op);

    public static void Blocks<TOp>(
        ArrayView<float> source, ArrayView<float> destination,
        long sourceStart, long destinationStart, long length, long firstBlock, long first, long end, TOp op)
        where TOp : unmanaged, ISample
    {
        long i = GridThread.Index(first);
        if (i >= end)
        {
            return;
        }

        long e = (Tile * (i / BlocksPerTile)) + (i & (BlocksPerTile - 1));
        Block16<ScalarLane> b = SampleBlock.Draw<TOp, ScalarLane, ScalarWord>(op, new ScalarWord((uint)(firstBlock + i)));
        long s = sourceStart + e, d = destinationStart + e;
        long rest = length - e;
        if (rest > 240)
        {
            // All loads before the first store, which the compiler must take for one that changes the source.
            float x0 = source[s], x1 = source[s + 16], x2 = source[s + 32], x3 = source[s + 48];
            float x4 = source[s + 64], x5 = source[s + 80], x6 = source[s + 96], x7 = source[s + 112];
            float x8 = source[s + 128], x9 = source[s + 144], x10 = source[s + 160], x11 = source[s + 176];
            float x12 = source[s + 192], x13 = source[s + 208], x14 = source[s + 224], x15 = source[s + 240];
            destination[d] = Apply(op, x0, b.R0);
            destination[d + 16] = Apply(op, x1, b.R1);
            destination[d + 32] = Apply(op, x2, b.R2);
            destination[d + 48] = Apply(op, x3, b.R3);
            destination[d + 64] = Apply(op, x4, b.R4);
            destination[d + 80] = Apply(op, x5, b.R5);
            destination[d + 96] = Apply(op, x6, b.R6);
            destination[d + 112] = Apply(op, x7, b.R7);
            destination[d + 128] = Apply(op, x8, b.R8);
            destination[d + 144] = Apply(op, x9, b.R9);
            destination[d + 160] = Apply(op, x10, b.R10);
            destination[d + 176] = Apply(op, x11, b.R11);
            destination[d + 192] = Apply(op, x12, b.R12);
            destination[d + 208] = Apply(op, x13, b.R13);
            destination[d + 224] = Apply(op, x14, b.R14);
            destination[d + 240] = Apply(op, x15, b.R15);
            return;
        }

        Put(op, source, destination, s, d, 0, rest, b.R0);
        Put(op, source, destination, s, d, 16, rest, b.R1);
        Put(op, source, destination, s, d, 32, rest, b.R2);
        Put(op, source, destination, s, d, 48, rest, b.R3);
        Put(op, source, destination, s, d, 64, rest, b.R4);
        Put(op, source, destination, s, d, 80, rest, b.R5);
        Put(op, source, destination, s, d, 96, rest, b.R6);
        Put(op, source, destination, s, d, 112, rest, b.R7);
        Put(op, source, destination, s, d, 128, rest, b.R8);
        Put(op, source, destination, s, d, 144, rest, b.R9);
        Put(op, source, destination, s, d, 160, rest, b.R10);
        Put(op, source, destination, s, d, 176, rest, b.R11);
        Put(op, source, destination, s, d, 192, rest, b.R12);
        Put(op, source, destination, s, d, 208, rest, b.R13);
        Put(op, source, destination, s, d, 224, rest, b.R14);
        Put(op, source, destination, s, d, 240, rest, b.R15);
    }

    private static void Put<TOp>(
        TOp op, ArrayView<float> source, ArrayView<float> destination,
        long sourceStart, long destinationStart, int element, long rest, ScalarLane sample)
        where TOp : unmanaged, ISample
    {
        if (element < rest)
        {
            destination[destinationStart + element] = Apply(op, source[sourceStart + element], sample);
        }
    }

    private static float Apply<TOp>(TOp op, float x, ScalarLane sample)
        where TOp : unmanaged, ISample => op.Apply<ScalarLane, ScalarWord>(new ScalarLane(x), sample).Value;
}
