// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Gpu.Drivers;

/// <summary>One more row taken in, for one column and for four.</summary>
internal static class RowStep
{
    public static float Single<TOp>(TOp op, float sum, float row, float weight)
        where TOp : unmanaged, IRowCombine =>
        op.Step<ScalarLane, ScalarWord>(new ScalarLane(sum), new ScalarLane(row), new ScalarLane(weight)).Value;

    public static Float4 Quad<TOp>(TOp op, Float4 sum, Float4 row, float weight)
        where TOp : unmanaged, IRowCombine
    {
        Float4 r;
        r.X = Single(op, sum.X, row.X, weight);
        r.Y = Single(op, sum.Y, row.Y, weight);
        r.Z = Single(op, sum.Z, row.Z, weight);
        r.W = Single(op, sum.W, row.W, weight);
        return r;
    }

    public static float SingleIf<TOp>(TOp op, bool taken, float sum, float row, float weight)
        where TOp : unmanaged, IRowCombine
    {
        float next = Single(op, sum, row, weight);
        return taken ? next : sum;
    }

    public static Float4 QuadIf<TOp>(TOp op, bool taken, Float4 sum, Float4 row, float weight)
        where TOp : unmanaged, IRowCombine
    {
        Float4 r;
        r.X = SingleIf(op, taken, sum.X, row.X, weight);
        r.Y = SingleIf(op, taken, sum.Y, row.Y, weight);
        r.Z = SingleIf(op, taken, sum.Z, row.Z, weight);
        r.W = SingleIf(op, taken, sum.W, row.W, weight);
        return r;
    }

    public static long Term<TOp>(TOp op, double x)
        where TOp : unmanaged, IAccumulate =>
        Admitted.Term<TOp, ScalarWide, ScalarLong>(op, new ScalarWide(x)).Value;

    public static long TermIf<TOp>(TOp op, bool taken, double x)
        where TOp : unmanaged, IAccumulate
    {
        long term = Term(op, x);
        return taken ? term : 0;
    }

    /// <summary>The larger of what is known and |x|; +∞ if x is no finite number.</summary>
    public static double Largest(double known, double x)
    {
        ScalarWide term = default(FiniteMaxAbs).Term<ScalarWide, ScalarLong>(new ScalarWide(x));
        return default(FiniteMaxAbs).Combine<ScalarWide, ScalarLong>(new ScalarWide(known), term).Value;
    }
}
