// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using ILGPU;

namespace FedKernel.Gpu.Drivers;

/// <summary>The columns that a thread takes of a row at a step. Places count packs, in rows and in results.</summary>
/// <typeparam name="TUnit">What one access loads: 16 bytes, or one element.</typeparam>
/// <typeparam name="TPack">What a step loads.</typeparam>
internal interface IRowPack<TUnit, TPack>
    where TUnit : unmanaged
    where TPack : unmanaged
{
    /// <summary>Columns of a step.</summary>
    static abstract int Columns { get; }

    static abstract TPack Load(ArrayView<TUnit> row, long at);
}

/// <summary>The same with float32 sums.</summary>
/// <typeparam name="TUnit">What one access loads.</typeparam>
/// <typeparam name="TPack">What a step loads.</typeparam>
/// <typeparam name="TOut">What one access of the destination stores.</typeparam>
/// <typeparam name="TSums">A sum for each column.</typeparam>
internal interface ICombinePack<TUnit, TPack, TOut, TSums> : IRowPack<TUnit, TPack>
    where TUnit : unmanaged
    where TPack : unmanaged
    where TOut : unmanaged
    where TSums : unmanaged
{
    static abstract TSums LoadSums(ArrayView<TOut> destination, long at);

    static abstract void StoreSums(ArrayView<TOut> destination, long at, TSums sums);

    /// <summary>The row is taken in if <paramref name="taken"/>: a selection, not a branch.</summary>
    static abstract TSums StepIf<TOp>(TOp op, bool taken, TSums sums, TPack row, float weight)
        where TOp : unmanaged, IRowCombine;
}

/// <summary>The same with int64 sums.</summary>
/// <typeparam name="TUnit">What one access loads.</typeparam>
/// <typeparam name="TPack">What a step loads.</typeparam>
/// <typeparam name="TOut">What one access of the integers loads and stores.</typeparam>
/// <typeparam name="TSums">A sum for each column.</typeparam>
/// <typeparam name="TLargest">What a thread remembers the largest magnitude of a row in.</typeparam>
internal interface IIntegerPack<TUnit, TPack, TOut, TSums, TLargest> : IRowPack<TUnit, TPack>
    where TUnit : unmanaged
    where TPack : unmanaged
    where TOut : unmanaged
    where TSums : unmanaged
    where TLargest : unmanaged
{
    static abstract TSums LoadIntegers(ArrayView<TOut> integers, long at);

    static abstract void StoreIntegers(ArrayView<TOut> integers, long at, TSums sums);

    /// <summary>The row is taken in if <paramref name="taken"/>: a selection, not a branch.</summary>
    static abstract TSums AddIf<TOp>(TOp op, bool taken, TSums sums, TPack row)
        where TOp : unmanaged, IAccumulate;

    /// <summary>The larger of what is known and of the magnitudes here.</summary>
    static abstract TLargest Larger(TLargest known, TPack row);

    /// <summary>The magnitude that is known; +∞ if a value was not finite.</summary>
    static abstract double Magnitude(TLargest known);
}
