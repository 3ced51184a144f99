// SPDX-License-Identifier: Apache-2.0
using ILGPU;
using ILGPU.Runtime;
using Device = FedKernel.Devices.Device;

namespace FedKernel.Gpu.Drivers;

/// <summary>
/// The Walsh–Hadamard transform without a barrier: a launch does up to four stages, a thread 2 to 16 elements of them in registers.
/// </summary>
/// <remarks>
/// Elements of a thread lie 2^done apart, so that neighbours coalesce from the second launch on; in the first a thread has sixteen
/// neighbours, in four accesses of 16 bytes where the window allows. Factors of the launches that have none are 1, which changes no bit.
/// </remarks>
internal static class HadamardDriver
{
    /// <summary>How the host starts stages.</summary>
    public delegate void Launcher<TElement>(
        AcceleratorStream stream, KernelConfig config, ArrayView<TElement> values, long start, int done, float factor, long end)
        where TElement : unmanaged;

    /// <summary>How the host starts <see cref="Signs"/>.</summary>
    public delegate void SignsLauncher(
        AcceleratorStream stream, KernelConfig config, ArrayView<float> values, ArrayView<uint> signs,
        long start, long signsStart, float factor, long end);

    /// <summary>values[i] = ± factor · values[i]</summary>
    public static void Signs(
        ArrayView<float> values, ArrayView<uint> signs, long start, long signsStart, float factor, long end)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            int word = (int)signs[signsStart + (i / Device.SignTile * 256) + (i & 255)];
            int sign = (word << (31 - (int)((i >> 8) & 31))) & int.MinValue;
            float x = values[start + i] * factor;
            values[start + i] = Interop.IntAsFloat((uint)(Interop.FloatAsInt(x) ^ (uint)sign));
        }
    }

    /// <summary>One stage: 2 elements a thread.</summary>
    public static void Two(ArrayView<float> values, long start, int done, float factor, long end)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long stride = 1L << done, p = start + ((i >> done) << (done + 1)) + (i & (stride - 1));
            float x0 = factor * values[p];
            float x1 = factor * values[p + stride];
            Butterfly(ref x0, ref x1);
            values[p] = x0;
            values[p + stride] = x1;
        }
    }

    /// <summary>Two stages: 4 elements a thread.</summary>
    public static void Four(ArrayView<float> values, long start, int done, float factor, long end)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long stride = 1L << done, p = start + ((i >> done) << (done + 2)) + (i & (stride - 1));
            float x0 = factor * values[p];
            float x1 = factor * values[p + stride];
            float x2 = factor * values[p + (2 * stride)];
            float x3 = factor * values[p + (3 * stride)];
            Stages(ref x0, ref x1, ref x2, ref x3);
            values[p] = x0;
            values[p + stride] = x1;
            values[p + (2 * stride)] = x2;
            values[p + (3 * stride)] = x3;
        }
    }

    /// <summary>Three stages: 8 elements a thread.</summary>
    public static void Eight(ArrayView<float> values, long start, int done, float factor, long end)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long stride = 1L << done, p = start + ((i >> done) << (done + 3)) + (i & (stride - 1));
            float x0 = factor * values[p];
            float x1 = factor * values[p + stride];
            float x2 = factor * values[p + (2 * stride)];
            float x3 = factor * values[p + (3 * stride)];
            float x4 = factor * values[p + (4 * stride)];
            float x5 = factor * values[p + (5 * stride)];
            float x6 = factor * values[p + (6 * stride)];
            float x7 = factor * values[p + (7 * stride)];
            Stages(ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7);
            values[p] = x0;
            values[p + stride] = x1;
            values[p + (2 * stride)] = x2;
            values[p + (3 * stride)] = x3;
            values[p + (4 * stride)] = x4;
            values[p + (5 * stride)] = x5;
            values[p + (6 * stride)] = x6;
            values[p + (7 * stride)] = x7;
        }
    }

    /// <summary>Four stages: 16 elements a thread.</summary>
    public static void Sixteen(ArrayView<float> values, long start, int done, float factor, long end)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long stride = 1L << done, p = start + ((i >> done) << (done + 4)) + (i & (stride - 1));
            float x0 = factor * values[p];
            float x1 = factor * values[p + stride];
            float x2 = factor * values[p + (2 * stride)];
            float x3 = factor * values[p + (3 * stride)];
            float x4 = factor * values[p + (4 * stride)];
            float x5 = factor * values[p + (5 * stride)];
            float x6 = factor * values[p + (6 * stride)];
            float x7 = factor * values[p + (7 * stride)];
            float x8 = factor * values[p + (8 * stride)];
            float x9 = factor * values[p + (9 * stride)];
            float x10 = factor * values[p + (10 * stride)];
            float x11 = factor * values[p + (11 * stride)];
            float x12 = factor * values[p + (12 * stride)];
            float x13 = factor * values[p + (13 * stride)];
            float x14 = factor * values[p + (14 * stride)];
            float x15 = factor * values[p + (15 * stride)];
            Stages(
                ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7,
                ref x8, ref x9, ref x10, ref x11, ref x12, ref x13, ref x14, ref x15);
            values[p] = x0;
            values[p + stride] = x1;
            values[p + (2 * stride)] = x2;
            values[p + (3 * stride)] = x3;
            values[p + (4 * stride)] = x4;
            values[p + (5 * stride)] = x5;
            values[p + (6 * stride)] = x6;
            values[p + (7 * stride)] = x7;
            values[p + (8 * stride)] = x8;
            values[p + (9 * stride)] = x9;
            values[p + (10 * stride)] = x10;
            values[p + (11 * stride)] = x11;
            values[p + (12 * stride)] = x12;
            values[p + (13 * stride)] = x13;
            values[p + (14 * stride)] = x14;
            values[p + (15 * stride)] = x15;
        }
    }

    /// <summary>The first four stages of aligned windows: four packs a thread, which the start and the end count.</summary>
    /// <remarks>What is done is 0: it is there so that both ways are called alike.</remarks>
    public static void FirstQuads(ArrayView<Float4> values, long start, int done, float factor, long end)
    {
        for (long i = GridThread.Index; i < end; i += GridThread.Count)
        {
            long p = start + (4 * i) + done;
            Float4 a = values[p], b = values[p + 1], c = values[p + 2], d = values[p + 3];
            float x0 = factor * a.X;
            float x1 = factor * a.Y;
            float x2 = factor * a.Z;
            float x3 = factor * a.W;
            float x4 = factor * b.X;
            float x5 = factor * b.Y;
            float x6 = factor * b.Z;
            float x7 = factor * b.W;
            float x8 = factor * c.X;
            float x9 = factor * c.Y;
            float x10 = factor * c.Z;
            float x11 = factor * c.W;
            float x12 = factor * d.X;
            float x13 = factor * d.Y;
            float x14 = factor * d.Z;
            float x15 = factor * d.W;
            Stages(
                ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7,
                ref x8, ref x9, ref x10, ref x11, ref x12, ref x13, ref x14, ref x15);
            a.X = x0;
            a.Y = x1;
            a.Z = x2;
            a.W = x3;
            b.X = x4;
            b.Y = x5;
            b.Z = x6;
            b.W = x7;
            c.X = x8;
            c.Y = x9;
            c.Z = x10;
            c.W = x11;
            d.X = x12;
            d.Y = x13;
            d.Z = x14;
            d.W = x15;
            values[p] = a;
            values[p + 1] = b;
            values[p + 2] = c;
            values[p + 3] = d;
        }
    }

    private static void Stages(
        ref float x0, ref float x1, ref float x2, ref float x3, ref float x4, ref float x5, ref float x6, ref float x7,
        ref float x8, ref float x9, ref float x10, ref float x11, ref float x12, ref float x13, ref float x14, ref float x15)
    {
        Stages(ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7);
        Stages(ref x8, ref x9, ref x10, ref x11, ref x12, ref x13, ref x14, ref x15);
        Butterfly(ref x0, ref x8);
        Butterfly(ref x1, ref x9);
        Butterfly(ref x2, ref x10);
        Butterfly(ref x3, ref x11);
        Butterfly(ref x4, ref x12);
        Butterfly(ref x5, ref x13);
        Butterfly(ref x6, ref x14);
        Butterfly(ref x7, ref x15);
    }

    private static void Stages(
        ref float x0, ref float x1, ref float x2, ref float x3, ref float x4, ref float x5, ref float x6, ref float x7)
    {
        Stages(ref x0, ref x1, ref x2, ref x3);
        Stages(ref x4, ref x5, ref x6, ref x7);
        Butterfly(ref x0, ref x4);
        Butterfly(ref x1, ref x5);
        Butterfly(ref x2, ref x6);
        Butterfly(ref x3, ref x7);
    }

    private static void Stages(ref float x0, ref float x1, ref float x2, ref float x3)
    {
        Butterfly(ref x0, ref x1);
        Butterfly(ref x2, ref x3);
        Butterfly(ref x0, ref x2);
        Butterfly(ref x1, ref x3);
    }

    private static void Butterfly(ref float a, ref float b)
    {
        float sum = a + b, difference = a - b;
        (a, b) = (sum, difference);
    }
}
