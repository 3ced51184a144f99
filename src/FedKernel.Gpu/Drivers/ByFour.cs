// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using ILGPU;

namespace FedKernel.Gpu.Drivers;

/// <summary>Four float32 columns a step: one access of a row.</summary>
internal readonly struct ByFour : ICombinePack<Float4, Float4, Float4, Float4>, IIntegerPack<Float4, Float4, Long2, Two<Long2>>
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
        sums.Low.X += RowStep.TermIf(op, taken, row.X);
        sums.Low.Y += RowStep.TermIf(op, taken, row.Y);
        sums.High.X += RowStep.TermIf(op, taken, row.Z);
        sums.High.Y += RowStep.TermIf(op, taken, row.W);
        return sums;
    }

    public static double Largest(double known, Float4 row) =>
        RowStep.Largest(RowStep.Largest(RowStep.Largest(RowStep.Largest(known, row.X), row.Y), row.Z), row.W);
}

/// <summary>Four float64 columns a step: two accesses of a row, so that the destination still gets one.</summary>
internal readonly struct WideByFour
    : ICombinePack<Double2, Two<Double2>, Float4, Float4>, IIntegerPack<Double2, Two<Double2>, Long2, Two<Long2>>
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
        sums.Low.X += RowStep.TermIf(op, taken, row.Low.X);
        sums.Low.Y += RowStep.TermIf(op, taken, row.Low.Y);
        sums.High.X += RowStep.TermIf(op, taken, row.High.X);
        sums.High.Y += RowStep.TermIf(op, taken, row.High.Y);
        return sums;
    }

    public static double Largest(double known, Two<Double2> row)
    {
        known = RowStep.Largest(RowStep.Largest(known, row.Low.X), row.Low.Y);
        return RowStep.Largest(RowStep.Largest(known, row.High.X), row.High.Y);
    }
}
