// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Numerics;

namespace FedKernel.Devices.Cpu.Loops;

/// <summary>
/// Stages of the Walsh–Hadamard transform with every value in a register between its load and its store: row j begins at j strides,
/// the columns of a row are neighbours, and a stage adds and subtracts rows.
/// </summary>
/// <remarks>Written out: the compiler keeps locals in registers, and no array of them.</remarks>
internal static unsafe class Butterflies<TLane, TWord>
    where TLane : unmanaged, ILane<TLane, TWord>, ISimdFloatLane<TLane>
    where TWord : unmanaged, IWordLane<TWord>, ISimdWordLane<TWord>
{
    /// <summary>The first stages of 2, 4, 8 or 16 rows.</summary>
    /// <param name="stages">1 to 4.</param>
    /// <param name="source">Row 0.</param>
    /// <param name="stride">Elements from a row to the next.</param>
    /// <param name="destination">Row 0 of the results; may be the source.</param>
    /// <param name="destinationStride">Elements from a row of results to the next.</param>
    /// <param name="columns">Elements of a row, a multiple of a register's.</param>
    public static void Rows(int stages, float* source, long stride, float* destination, long destinationStride, long columns)
    {
        switch (stages)
        {
            case 1:
                Two(source, stride, destination, destinationStride, columns);
                break;
            case 2:
                Four(source, stride, destination, destinationStride, columns);
                break;
            case 3:
                Eight(source, stride, destination, destinationStride, columns);
                break;
            default:
                Sixteen(source, stride, destination, destinationStride, columns);
                break;
        }
    }

    private static void Two(float* source, long stride, float* destination, long destinationStride, long columns)
    {
        for (long c = 0; c < columns; c += TLane.Count)
        {
            float* s = source + c, d = destination + c;
            TLane x0 = TLane.Load(s), x1 = TLane.Load(s + stride);
            (x0, x1) = (x0 + x1, x0 - x1);
            TLane.Store(x0, d);
            TLane.Store(x1, d + destinationStride);
        }
    }

    private static void Four(float* source, long stride, float* destination, long destinationStride, long columns)
    {
        for (long c = 0; c < columns; c += TLane.Count)
        {
            float* s = source + c, d = destination + c;
            TLane x0 = TLane.Load(s), x1 = TLane.Load(s + stride), x2 = TLane.Load(s + (2 * stride)), x3 = TLane.Load(s + (3 * stride));
            Stages(ref x0, ref x1, ref x2, ref x3);
            TLane.Store(x0, d);
            TLane.Store(x1, d + destinationStride);
            TLane.Store(x2, d + (2 * destinationStride));
            TLane.Store(x3, d + (3 * destinationStride));
        }
    }

    private static void Eight(float* source, long stride, float* destination, long destinationStride, long columns)
    {
        for (long c = 0; c < columns; c += TLane.Count)
        {
            float* s = source + c, d = destination + c;
            TLane x0 = TLane.Load(s), x1 = TLane.Load(s + stride), x2 = TLane.Load(s + (2 * stride)), x3 = TLane.Load(s + (3 * stride));
            TLane x4 = TLane.Load(s + (4 * stride)), x5 = TLane.Load(s + (5 * stride)), x6 = TLane.Load(s + (6 * stride)), x7 = TLane.Load(s + (7 * stride));
            Stages(ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7);
            TLane.Store(x0, d);
            TLane.Store(x1, d + destinationStride);
            TLane.Store(x2, d + (2 * destinationStride));
            TLane.Store(x3, d + (3 * destinationStride));
            TLane.Store(x4, d + (4 * destinationStride));
            TLane.Store(x5, d + (5 * destinationStride));
            TLane.Store(x6, d + (6 * destinationStride));
            TLane.Store(x7, d + (7 * destinationStride));
        }
    }

    private static void Sixteen(float* source, long stride, float* destination, long destinationStride, long columns)
    {
        for (long c = 0; c < columns; c += TLane.Count)
        {
            float* s = source + c, d = destination + c;
            TLane x0 = TLane.Load(s), x1 = TLane.Load(s + stride), x2 = TLane.Load(s + (2 * stride)), x3 = TLane.Load(s + (3 * stride));
            TLane x4 = TLane.Load(s + (4 * stride)), x5 = TLane.Load(s + (5 * stride)), x6 = TLane.Load(s + (6 * stride)), x7 = TLane.Load(s + (7 * stride));
            TLane x8 = TLane.Load(s + (8 * stride)), x9 = TLane.Load(s + (9 * stride)), x10 = TLane.Load(s + (10 * stride)), x11 = TLane.Load(s + (11 * stride));
            TLane x12 = TLane.Load(s + (12 * stride)), x13 = TLane.Load(s + (13 * stride)), x14 = TLane.Load(s + (14 * stride)), x15 = TLane.Load(s + (15 * stride));
            Stages(ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7);
            Stages(ref x8, ref x9, ref x10, ref x11, ref x12, ref x13, ref x14, ref x15);
            (x0, x8, x1, x9) = (x0 + x8, x0 - x8, x1 + x9, x1 - x9);
            (x2, x10, x3, x11) = (x2 + x10, x2 - x10, x3 + x11, x3 - x11);
            (x4, x12, x5, x13) = (x4 + x12, x4 - x12, x5 + x13, x5 - x13);
            (x6, x14, x7, x15) = (x6 + x14, x6 - x14, x7 + x15, x7 - x15);
            TLane.Store(x0, d);
            TLane.Store(x1, d + destinationStride);
            TLane.Store(x2, d + (2 * destinationStride));
            TLane.Store(x3, d + (3 * destinationStride));
            TLane.Store(x4, d + (4 * destinationStride));
            TLane.Store(x5, d + (5 * destinationStride));
            TLane.Store(x6, d + (6 * destinationStride));
            TLane.Store(x7, d + (7 * destinationStride));
            TLane.Store(x8, d + (8 * destinationStride));
            TLane.Store(x9, d + (9 * destinationStride));
            TLane.Store(x10, d + (10 * destinationStride));
            TLane.Store(x11, d + (11 * destinationStride));
            TLane.Store(x12, d + (12 * destinationStride));
            TLane.Store(x13, d + (13 * destinationStride));
            TLane.Store(x14, d + (14 * destinationStride));
            TLane.Store(x15, d + (15 * destinationStride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stages(
        ref TLane x0, ref TLane x1, ref TLane x2, ref TLane x3, ref TLane x4, ref TLane x5, ref TLane x6, ref TLane x7)
    {
        Stages(ref x0, ref x1, ref x2, ref x3);
        Stages(ref x4, ref x5, ref x6, ref x7);
        (x0, x4, x1, x5) = (x0 + x4, x0 - x4, x1 + x5, x1 - x5);
        (x2, x6, x3, x7) = (x2 + x6, x2 - x6, x3 + x7, x3 - x7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stages(ref TLane x0, ref TLane x1, ref TLane x2, ref TLane x3)
    {
        (x0, x1, x2, x3) = (x0 + x1, x0 - x1, x2 + x3, x2 - x3);
        (x0, x2, x1, x3) = (x0 + x2, x0 - x2, x1 + x3, x1 - x3);
    }

    /// <summary>The stages within one register, up to blocks of so many elements.</summary>
    public static void Registers(float* values, long length, int block)
    {
        for (float* p = values; p < values + length; p += TLane.Count)
        {
            TLane.Store(Within(TLane.Load(p), block), p);
        }
    }

    /// <remarks>Below: partner + self = the sum. Above: partner + (−self) = the difference, with the same rounding.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Within(TLane x, int block)
    {
        if (TLane.Count > 1 && block > 1)
        {
            x = TLane.Exchange(x, 1) + Negated(x, 31);
        }

        if (TLane.Count > 2 && block > 2)
        {
            x = TLane.Exchange(x, 2) + Negated(x, 30);
        }

        if (TLane.Count > 4 && block > 4)
        {
            x = TLane.Exchange(x, 4) + Negated(x, 29);
        }

        if (TLane.Count > 8 && block > 8)
        {
            x = TLane.Exchange(x, 8) + Negated(x, 28);
        }

        return x;
    }

    /// <summary>Negates the elements whose position has the bit that a shift makes the sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Negated(TLane x, int shift) =>
        TLane.FromBits(TLane.ToBits(x) ^ ((TWord.Positions << shift) & TWord.Splat(0x80000000)));
}
