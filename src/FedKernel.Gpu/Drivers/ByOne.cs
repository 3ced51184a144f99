// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using ILGPU;

namespace FedKernel.Gpu.Drivers;

/// <summary>One column a step: tails, and windows off a pack.</summary>
internal readonly struct ByOne<TRaw, TElement, TLargest>
    : ICombinePack<TRaw, TRaw, float, float>, IIntegerPack<TRaw, TRaw, long, long, TLargest>
    where TRaw : unmanaged
    where TLargest : unmanaged
    where TElement : struct, IElement<TRaw, TLargest>
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
        where TOp : unmanaged, IAccumulate
    {
        long term = TElement.Term(op, row);
        return sums + (taken ? term : 0);
    }

    public static TLargest Larger(TLargest known, TRaw row) => TElement.Larger(known, row);

    public static double Magnitude(TLargest known) => TElement.Magnitude(known);
}
