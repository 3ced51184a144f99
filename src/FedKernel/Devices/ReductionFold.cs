// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Devices;

/// <summary>The levels of <see cref="ReductionTree"/> above the first: block results become one number.</summary>
internal static class ReductionFold
{
    /// <summary>Folds block results in place.</summary>
    /// <param name="values">At least one value; overwritten.</param>
    /// <param name="op">Gives the way two are combined.</param>
    public static double Fold<TOp>(Span<double> values, TOp op)
        where TOp : unmanaged, IReduce2
    {
        Span<double> columns = stackalloc double[ReductionTree.Columns];
        while (values.Length > 1)
        {
            int blocks = (int)ReductionTree.BlockCount(values.Length);
            for (int b = 0; b < blocks; b++)
            {
                int start = b * ReductionTree.Block;
                ReadOnlySpan<double> block = values[start..Math.Min(start + ReductionTree.Block, values.Length)];
                columns.Clear();
                for (int i = 0; i < block.Length; i++)
                {
                    ref double column = ref columns[i % ReductionTree.Columns];
                    column = Combine(op, column, block[i]);
                }

                values[b] = FoldColumns(columns, op);
            }

            values = values[..blocks];
        }

        return values[0];
    }

    /// <summary>Folds the 256 columns of a block, in place.</summary>
    public static double FoldColumns<TOp>(Span<double> columns, TOp op)
        where TOp : unmanaged, IReduce2
    {
        for (int s = 0; s < ReductionTree.Strands; s++)
        {
            int c = s * ReductionTree.ColumnsPerStrand;
            columns[s] = Combine(
                op, Combine(op, columns[c], columns[c + 1]), Combine(op, columns[c + 2], columns[c + 3]));
        }

        for (int half = ReductionTree.Strands / 2; half > 0; half /= 2)
        {
            for (int s = 0; s < half; s++)
            {
                columns[s] = Combine(op, columns[s], columns[s + half]);
            }
        }

        return columns[0];
    }

    private static double Combine<TOp>(TOp op, double a, double b)
        where TOp : unmanaged, IReduce2 =>
        op.Combine<ScalarWide, ScalarLong>(new ScalarWide(a), new ScalarWide(b)).Value;
}
