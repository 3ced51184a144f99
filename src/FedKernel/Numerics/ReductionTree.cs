// SPDX-License-Identifier: Apache-2.0
// The one order in which numbers are summed.
// A block is 4096 values: 16 rows of 256 columns. Each column is combined from top to bottom; four neighbouring columns are
// combined as (0+1)+(2+3); the 64 results are halved 32, 16, … 1. The block results are values again, reduced by the same tree
// until one is left. Missing values at the end are the identity.
// Why so: a SIMD register of any width holds whole columns, a GPU thread holds four columns and needs no barrier, no shared
// memory and no atomic, and nobody's thread count can be seen in the result.

namespace FedKernel.Numerics;

/// <summary>The fixed order of every floating-point reduction: equal bits at every SIMD width, thread count and device.</summary>
public static class ReductionTree
{
    /// <summary>Rows of a block.</summary>
    public const int Rows = 16;

    /// <summary>Columns of a block.</summary>
    public const int Columns = 256;

    /// <summary>Neighbouring columns that one GPU thread owns: 16 bytes of float32.</summary>
    public const int ColumnsPerStrand = 4;

    /// <summary>Strands of a block.</summary>
    public const int Strands = Columns / ColumnsPerStrand;

    /// <summary>Values of a block.</summary>
    public const int Block = Rows * Columns;

    /// <summary>The number of blocks that hold <paramref name="length"/> values.</summary>
    public static long BlockCount(long length) => (length + Block - 1) / Block;
}
