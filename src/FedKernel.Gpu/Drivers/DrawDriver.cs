// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace FedKernel.Gpu.Drivers;

/// <summary>
/// Shape Draw. A step of the grid is a step of the stream: sixteen elements, sixteen apart, so that neighbours coalesce. Every thread
/// reads the same word of the table at the same time.
/// </summary>
/// <remarks>Arithmetic is the limit, a hundred operations and more for eight bytes: wider accesses would gain nothing.</remarks>
internal static class DrawDriver
{
    private const int Tile = 256;
    private const int StepsPerTile = 16;

    /// <summary>How the host starts a kernel of this class.</summary>
    public delegate void Launcher<TOp>(
        AcceleratorStream stream, KernelConfig config, ArrayView<uint> source, ArrayView<uint> destination, ArrayView<uint> table,
        long sourceStart, long destinationStart, int tableStart, long length, long firstStep, long end, TOp op);

    /// <summary>Any window.</summary>
    public static void FromIntegers<TOp>(
        ArrayView<uint> source, ArrayView<uint> destination, ArrayView<uint> table,
        long sourceStart, long destinationStart, int tableStart, long length, long firstStep, long end, TOp op)
        where TOp : unmanaged, IDraw<int>
    {
        var words = new WordView(table, tableStart);
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long e = (Tile * (i / StepsPerTile)) + (i & (StepsPerTile - 1));
            Block16<ScalarWord> z = op.Draw(words, new ScalarWord((uint)(firstStep + i)));
            Put<int, TOp>(op, source, destination, sourceStart + e, destinationStart + e, length - e, z);
        }
    }

    /// <inheritdoc cref="FromIntegers"/>
    public static void FromFloats<TOp>(
        ArrayView<uint> source, ArrayView<uint> destination, ArrayView<uint> table,
        long sourceStart, long destinationStart, int tableStart, long length, long firstStep, long end, TOp op)
        where TOp : unmanaged, IDraw<float>
    {
        var words = new WordView(table, tableStart);
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long e = (Tile * (i / StepsPerTile)) + (i & (StepsPerTile - 1));
            Block16<ScalarWord> z = op.Draw(words, new ScalarWord((uint)(firstStep + i)));
            Put<float, TOp>(op, source, destination, sourceStart + e, destinationStart + e, length - e, z);
        }
    }

    private static void Put<TSource, TOp>(
        TOp op, ArrayView<uint> source, ArrayView<uint> destination, long s, long d, long rest, Block16<ScalarWord> z)
        where TSource : unmanaged
        where TOp : unmanaged, IDraw<TSource>
    {
        PutIf<TSource, TOp>(op, source, destination, s, d, 0, rest, z.R0);
        PutIf<TSource, TOp>(op, source, destination, s, d, 16, rest, z.R1);
        PutIf<TSource, TOp>(op, source, destination, s, d, 32, rest, z.R2);
        PutIf<TSource, TOp>(op, source, destination, s, d, 48, rest, z.R3);
        PutIf<TSource, TOp>(op, source, destination, s, d, 64, rest, z.R4);
        PutIf<TSource, TOp>(op, source, destination, s, d, 80, rest, z.R5);
        PutIf<TSource, TOp>(op, source, destination, s, d, 96, rest, z.R6);
        PutIf<TSource, TOp>(op, source, destination, s, d, 112, rest, z.R7);
        PutIf<TSource, TOp>(op, source, destination, s, d, 128, rest, z.R8);
        PutIf<TSource, TOp>(op, source, destination, s, d, 144, rest, z.R9);
        PutIf<TSource, TOp>(op, source, destination, s, d, 160, rest, z.R10);
        PutIf<TSource, TOp>(op, source, destination, s, d, 176, rest, z.R11);
        PutIf<TSource, TOp>(op, source, destination, s, d, 192, rest, z.R12);
        PutIf<TSource, TOp>(op, source, destination, s, d, 208, rest, z.R13);
        PutIf<TSource, TOp>(op, source, destination, s, d, 224, rest, z.R14);
        PutIf<TSource, TOp>(op, source, destination, s, d, 240, rest, z.R15);
    }

    private static void PutIf<TSource, TOp>(
        TOp op, ArrayView<uint> source, ArrayView<uint> destination, long s, long d, int element, long rest, ScalarWord sample)
        where TSource : unmanaged
        where TOp : unmanaged, IDraw<TSource>
    {
        if (element < rest)
        {
            destination[d + element] = op.Apply<ScalarLane, ScalarWord>(new ScalarWord(source[s + element]), sample).Value;
        }
    }
}

/// <summary>The words of a table in the memory of the device.</summary>
internal readonly struct WordView(ArrayView<uint> words, int start) : IWordTable
{
    private readonly ArrayView<uint> _words = words;
    private readonly int _start = start;

    public uint Word(int index) => _words[_start + index];
}
