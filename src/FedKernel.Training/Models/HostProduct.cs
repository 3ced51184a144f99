// SPDX-License-Identifier: Apache-2.0
// A matrix product for small networks on the host, in float32. One loop serves the three products of a dense layer: forwards, backwards
// and the gradient.
// Its bits are defined: c[m, n] starts from a given value, then a[m, k]·b[k, n] is rounded and added in the order of k, leaving out
// every k with a[m, k] = 0 (half of a network's inputs behind a ReLU, most pixels of a digit). Registers run along n, where each
// element is summed for itself, so the width of a register changes nothing; multiply and add stay apart, never fused.
// Rejected: a device verb, for the rounds themselves wait for no such product, and blocks along k, whose order would be another.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FedKernel.Training.Models;

/// <summary>Rows of a matrix in the memory of the host, read by steps: a transposed one swaps them.</summary>
/// <param name="values">Where element (0, 0) is the first.</param>
/// <param name="rowStep">Elements from a row to the next, at least 0.</param>
/// <param name="columnStep">Elements from a column to the next, at least 0.</param>
internal readonly ref struct SteppedMatrix(ReadOnlySpan<float> values, int rowStep, int columnStep)
{
    public ReadOnlySpan<float> Values { get; } = values;

    public int RowStep { get; } = rowStep;

    public int ColumnStep { get; } = columnStep;
}

/// <summary>c = start + a·b.</summary>
internal static class HostProduct
{
    /// <summary>Columns of b and c come in multiples of this: the widest register.</summary>
    public const int ColumnUnit = 16;

    private const int Registers = 4;

    /// <summary>The next multiple of <see cref="ColumnUnit"/>.</summary>
    public static int Padded(int columns) => (columns + ColumnUnit - 1) / ColumnUnit * ColumnUnit;

    /// <summary>c[m, n] = start[n] + Σ_k a[m, k]·b[k, n].</summary>
    /// <param name="a">rows × inner.</param>
    /// <param name="rows">Rows of a and c.</param>
    /// <param name="inner">Columns of a, rows of b.</param>
    /// <param name="b">inner × start.Length, row-major.</param>
    /// <param name="start">A multiple of <see cref="ColumnUnit"/> values.</param>
    /// <param name="c">rows × start.Length, row-major.</param>
    public static void Multiply(SteppedMatrix a, int rows, int inner, ReadOnlySpan<float> b, ReadOnlySpan<float> start, Span<float> c)
    {
        int columns = start.Length;
        Throw.IfLengthsDiffer(Padded(columns), columns, "padded columns", nameof(start));
        Throw.IfLengthsDiffer((long)inner * columns, b.Length, "inner · columns", nameof(b));
        Throw.IfLengthsDiffer((long)rows * columns, c.Length, "rows · columns", nameof(c));
        if (rows > 0 && inner > 0)
        {
            Throw.IfNotInRange(((long)(rows - 1) * a.RowStep) + ((long)(inner - 1) * a.ColumnStep), 0, a.Values.Length - 1, "last element of a");
        }

        int wide = Vector.IsHardwareAccelerated ? columns / (Registers * Vector<float>.Count) * Registers * Vector<float>.Count : 0;
        for (int m = 0; m < rows; m++)
        {
            // Checked above; the columns of a are walked without a check each.
            ref float row = ref Unsafe.Add(ref MemoryMarshal.GetReference(a.Values), (nint)m * a.RowStep);
            Span<float> result = c.Slice(m * columns, columns);
            for (int n = 0; n < wide; n += Registers * Vector<float>.Count)
            {
                Tile(ref row, a.ColumnStep, inner, b, start, result, n);
            }

            for (int n = wide; n < columns; n += Vector<float>.Count)
            {
                Strip(ref row, a.ColumnStep, inner, b, start, result, n);
            }
        }
    }

    /// <summary>The same, written down plainly.</summary>
    public static void MultiplyPlain(SteppedMatrix a, int rows, int inner, ReadOnlySpan<float> b, ReadOnlySpan<float> start, Span<float> c)
    {
        for (int m = 0; m < rows; m++)
        {
            for (int n = 0; n < start.Length; n++)
            {
                float sum = start[n];
                for (int k = 0; k < inner; k++)
                {
                    float x = a.Values[(m * a.RowStep) + (k * a.ColumnStep)];
                    if (x != 0)
                    {
                        sum += x * b[(k * start.Length) + n];
                    }
                }

                c[(m * start.Length) + n] = sum;
            }
        }
    }

    private static void Tile(ref float row, nint step, int inner, ReadOnlySpan<float> b, ReadOnlySpan<float> start, Span<float> c, int n)
    {
        nuint width = (nuint)Vector<float>.Count;
        ref float from = ref MemoryMarshal.GetReference(start[n..]);
        Vector<float> s0 = Vector.LoadUnsafe(ref from), s1 = Vector.LoadUnsafe(ref from, width);
        Vector<float> s2 = Vector.LoadUnsafe(ref from, 2 * width), s3 = Vector.LoadUnsafe(ref from, 3 * width);
        ref float first = ref Unsafe.Add(ref MemoryMarshal.GetReference(b), n);
        for (nint k = 0; k < inner; k++)
        {
            float x = Unsafe.Add(ref row, k * step);
            if (x != 0)
            {
                ref float other = ref Unsafe.Add(ref first, k * start.Length);
                var v = new Vector<float>(x);
                s0 += v * Vector.LoadUnsafe(ref other);
                s1 += v * Vector.LoadUnsafe(ref other, width);
                s2 += v * Vector.LoadUnsafe(ref other, 2 * width);
                s3 += v * Vector.LoadUnsafe(ref other, 3 * width);
            }
        }

        ref float to = ref MemoryMarshal.GetReference(c[n..]);
        s0.StoreUnsafe(ref to);
        s1.StoreUnsafe(ref to, width);
        s2.StoreUnsafe(ref to, 2 * width);
        s3.StoreUnsafe(ref to, 3 * width);
    }

    private static void Strip(ref float row, nint step, int inner, ReadOnlySpan<float> b, ReadOnlySpan<float> start, Span<float> c, int n)
    {
        Vector<float> sum = Vector.LoadUnsafe(ref MemoryMarshal.GetReference(start[n..]));
        ref float first = ref Unsafe.Add(ref MemoryMarshal.GetReference(b), n);
        for (nint k = 0; k < inner; k++)
        {
            float x = Unsafe.Add(ref row, k * step);
            if (x != 0)
            {
                sum += new Vector<float>(x) * Vector.LoadUnsafe(ref Unsafe.Add(ref first, k * start.Length));
            }
        }

        sum.StoreUnsafe(ref MemoryMarshal.GetReference(c[n..]));
    }
}
