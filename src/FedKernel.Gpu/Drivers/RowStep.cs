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

    /// <summary>The integer of a float32: held below the limit before it is widened, which costs no float64.</summary>
    public static long Term<TOp>(TOp op, float x)
        where TOp : unmanaged, IAccumulate
    {
        ScalarLane v = new(x), zero = ScalarLane.Splat(0);
        v = ScalarLane.SelectGreater(ScalarLane.Splat(op.SingleLimit), ScalarLane.Abs(v), v, zero);
        return op.Invoke<ScalarWide, ScalarLong>(new ScalarWide(v.Value)).Value;
    }

    public static long Term<TOp>(TOp op, double x)
        where TOp : unmanaged, IAccumulate =>
        Admitted.Term<TOp, ScalarWide, ScalarLong>(op, new ScalarWide(x)).Value;

    /// <summary>The larger magnitude, compared as an integer: NaN and infinity are the largest there.</summary>
    public static uint Larger(uint known, float x) =>
        ScalarWord.Max(new ScalarWord(known), ScalarLane.ToBits(new ScalarLane(x)) & new ScalarWord(0x7FFFFFFF)).Value;

    /// <summary>The larger of what is known and |x|; +∞ if x is no finite number.</summary>
    public static double Larger(double known, double x)
    {
        ScalarWide term = default(FiniteMaxAbs).Term<ScalarWide, ScalarLong>(new ScalarWide(x));
        return default(FiniteMaxAbs).Combine<ScalarWide, ScalarLong>(new ScalarWide(known), term).Value;
    }

    /// <summary>The magnitude that such bits stand for; +∞ for NaN.</summary>
    public static double Magnitude(uint bits)
    {
        double magnitude = ScalarLane.FromBits(new ScalarWord(bits)).Value;
        return bits < 0x7F800000 ? magnitude : double.PositiveInfinity;
    }
}
