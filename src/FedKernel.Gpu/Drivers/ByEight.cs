// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using ILGPU;

namespace FedKernel.Gpu.Drivers;

/// <summary>Eight columns of 16 bits a step: one access of a row, two of the destination, four of integers.</summary>
internal readonly struct ByEight<TElement>
    : ICombinePack<Word4, Word4, Float4, Two<Float4>>, IIntegerPack<Word4, Word4, Long2, Two<Two<Long2>>, uint>
    where TElement : struct, IHalfWord
{
    public static int Columns => 8;

    public static Word4 Load(ArrayView<Word4> row, long at) => row[at];

    public static Two<Float4> LoadSums(ArrayView<Float4> destination, long at)
    {
        Two<Float4> sums;
        sums.Low = destination[2 * at];
        sums.High = destination[(2 * at) + 1];
        return sums;
    }

    public static void StoreSums(ArrayView<Float4> destination, long at, Two<Float4> sums)
    {
        destination[2 * at] = sums.Low;
        destination[(2 * at) + 1] = sums.High;
    }

    public static Two<Float4> StepIf<TOp>(TOp op, bool taken, Two<Float4> sums, Word4 row, float weight)
        where TOp : unmanaged, IRowCombine
    {
        sums.Low = RowStep.QuadIf(op, taken, sums.Low, Four(row.X, row.Y), weight);
        sums.High = RowStep.QuadIf(op, taken, sums.High, Four(row.Z, row.W), weight);
        return sums;
    }

    public static Two<Two<Long2>> LoadIntegers(ArrayView<Long2> integers, long at)
    {
        Two<Two<Long2>> sums;
        sums.Low = ByFour.LoadIntegers(integers, 2 * at);
        sums.High = ByFour.LoadIntegers(integers, (2 * at) + 1);
        return sums;
    }

    public static void StoreIntegers(ArrayView<Long2> integers, long at, Two<Two<Long2>> sums)
    {
        ByFour.StoreIntegers(integers, 2 * at, sums.Low);
        ByFour.StoreIntegers(integers, (2 * at) + 1, sums.High);
    }

    public static Two<Two<Long2>> AddIf<TOp>(TOp op, bool taken, Two<Two<Long2>> sums, Word4 row)
        where TOp : unmanaged, IAccumulate
    {
        sums.Low = ByFour.AddIf(op, taken, sums.Low, Four(row.X, row.Y));
        sums.High = ByFour.AddIf(op, taken, sums.High, Four(row.Z, row.W));
        return sums;
    }

    public static uint Larger(uint known, Word4 row) =>
        ByFour.Larger(ByFour.Larger(known, Four(row.X, row.Y)), Four(row.Z, row.W));

    public static double Magnitude(uint known) => RowStep.Magnitude(known);

    private static Float4 Four(uint first, uint second)
    {
        Float4 r;
        r.X = TElement.Lower(first);
        r.Y = TElement.Lower(first >> 16);
        r.Z = TElement.Lower(second);
        r.W = TElement.Lower(second >> 16);
        return r;
    }
}
