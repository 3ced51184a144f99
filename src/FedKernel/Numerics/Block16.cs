// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Numerics;

/// <summary>Sixteen lanes that belong together: what one block of a counter stream yields.</summary>
/// <remarks>Named fields, not an array: a GPU thread keeps them in registers.</remarks>
/// <typeparam name="T">A lane.</typeparam>
public struct Block16<T>
    where T : struct
{
#pragma warning disable CS1591 // Sixteen rows of one table; they are a value's fields, not a class's state.
    public T R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11, R12, R13, R14, R15;
#pragma warning restore CS1591
}
