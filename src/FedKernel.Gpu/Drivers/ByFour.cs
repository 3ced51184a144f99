// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using ILGPU;

namespace FedKernel.Gpu.Drivers;

/// <summary>Four float32 columns a step: one access of a row.</summary>
internal readonly struct ByFour
    : ICombinePack<Float4, Float4, Float4, Float4>, IIntegerPack<Float4, Float4, Long2, Two<Long2>, uint>
{
    public static int Columns => 4;

    public static Float4 Load(ArrayView<Float4> row, long at) => row[at];

    public static Float4 LoadSums(ArrayView<Float4> destination, long at) => destination[at];

    public static void StoreSums(ArrayView<Float4> destination, long at, Float4 sums) => destination[at] = sums;

    public static Float4 StepIf<TOp>(TOp op, bool taken, Float4 sums, Float4 row, float weight)
        where TOp : unmanaged, IRowCombine => RowStep.QuadIf(op, taken, sums, row, weight);

    public static Two<Long2> LoadIntegers(ArrayView<Long2> integers, long at)
    {
        Two<Long2> sums;
        sums.Low = integers[2 * at];
        sums.High = integers[(2 * at) + 1];
        return sums;
    }

    public static void StoreIntegers(ArrayView<Long2> integers, long at, Two<Long2> sums)
    {
        integers[2 * at] = sums.Low;
        integers[(2 * at) + 1] = sums.High;
    }

    public static Two<Long2> AddIf<TOp>(TOp op, bool taken, Two<Long2> sums, Float4 row)
        where TOp : unmanaged, IAccumulate
    {
        long x = RowStep.Term(op, row.X), y = RowStep.Term(op, row.Y), z = RowStep.Term(op, row.Z), w = RowStep.Term(op, row.W);
        return Add(sums, taken ? x : 0, taken ? y : 0, taken ? z : 0, taken ? w : 0);
    }

    public static Two<Long2> Add(Two<Long2> sums, long x, long y, long z, long w)
    {
        sums.Low.X += x;
        sums.Low.Y += y;
        sums.High.X += z;
        sums.High.Y += w;
        return sums;
    }

    public static uint Larger(uint known, Float4 row) =>
        RowStep.Larger(RowStep.Larger(RowStep.Larger(RowStep.Larger(known, row.X), row.Y), row.Z), row.W);

    public static double Magnitude(uint known) => RowStep.Magnitude(known);
}

/// <summary>Four float64 columns a step: two accesses of a row, so that the destination still gets one.</summary>
internal readonly struct WideByFour
    : ICombinePack<Double2, Two<Double2>, Float4, Float4>, IIntegerPack<Double2, Two<Double2>, Long2, Two<Long2>, double>
{
    public static int Columns => 4;

    public static Two<Double2> Load(ArrayView<Double2> row, long at)
    {
        Two<Double2> pack;
        pack.Low = row[2 * at];
        pack.High = row[(2 * at) + 1];
        return pack;
    }

    public static Float4 LoadSums(ArrayView<Float4> destination, long at) => destination[at];

    public static void StoreSums(ArrayView<Float4> destination, long at, Float4 sums) => destination[at] = sums;

    public static Float4 StepIf<TOp>(TOp op, bool taken, Float4 sums, Two<Double2> row, float weight)
        where TOp : unmanaged, IRowCombine
    {
        Float4 narrowed;
        narrowed.X = DoubleElement.Single(row.Low.X);
        narrowed.Y = DoubleElement.Single(row.Low.Y);
        narrowed.Z = DoubleElement.Single(row.High.X);
        narrowed.W = DoubleElement.Single(row.High.Y);
        return RowStep.QuadIf(op, taken, sums, narrowed, weight);
    }

    public static Two<Long2> LoadIntegers(ArrayView<Long2> integers, long at) => ByFour.LoadIntegers(integers, at);

    public static void StoreIntegers(ArrayView<Long2> integers, long at, Two<Long2> sums) =>
        ByFour.StoreIntegers(integers, at, sums);

    public static Two<Long2> AddIf<TOp>(TOp op, bool taken, Two<Long2> sums, Two<Double2> row)
        where TOp : unmanaged, IAccumulate
    {
        long x = RowStep.Term(op, row.Low.X), y = RowStep.Term(op, row.Low.Y);
        long z = RowStep.Term(op, row.High.X), w = RowStep.Term(op, row.High.Y);
        return ByFour.Add(sums, taken ? x : 0, taken ? y : 0, taken ? z : 0, taken ? w : 0);
    }

    public static double Larger(double known, Two<Double2> row)
    {
        known = RowStep.Larger(RowStep.Larger(known, row.Low.X), row.Low.Y);
        return RowStep.Larger(RowStep.Larger(known, row.High.X), row.High.Y);
    }

    public static double Magnitude(double known) => known;
}
