// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using ILGPU;

namespace FedKernel.Gpu.Drivers;

/// <summary>One column a step: tails, and windows off a pack.</summary>
internal readonly struct ByOne<TRaw, TElement> : ICombinePack<TRaw, TRaw, float, float>, IIntegerPack<TRaw, TRaw, long, long>
    where TRaw : unmanaged
    where TElement : struct, IElement<TRaw>
{
    public static int Columns => 1;

    public static TRaw Load(ArrayView<TRaw> row, long at) => row[at];

    public static float LoadSums(ArrayView<float> destination, long at) => destination[at];

    public static void StoreSums(ArrayView<float> destination, long at, float sums) => destination[at] = sums;

    public static float StepIf<TOp>(TOp op, bool taken, float sums, TRaw row, float weight)
        where TOp : unmanaged, IRowCombine => RowStep.SingleIf(op, taken, sums, TElement.Single(row), weight);

    public static long LoadIntegers(ArrayView<long> integers, long at) => integers[at];

    public static void StoreIntegers(ArrayView<long> integers, long at, long sums) => integers[at] = sums;

    public static long AddIf<TOp>(TOp op, bool taken, long sums, TRaw row)
        where TOp : unmanaged, IAccumulate => sums + RowStep.TermIf(op, taken, TElement.Wide(row));

    public static double Largest(double known, TRaw row) => RowStep.Largest(known, TElement.Wide(row));
}
