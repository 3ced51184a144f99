// SPDX-License-Identifier: Apache-2.0
// The error of a sum · N. Higham, "Accuracy and stability of numerical algorithms", 2nd ed. 2002, section 4.2:
// |computed − Σxᵢ| ≤ γ(k)·Σ|xᵢ|, γ(k) = k·u / (1 − k·u), k the longest chain of additions, u = 2⁻⁵³.
// A fixed tolerance would pass 0 for a sum that cancels, or refuse a right one: the bound follows the condition of the sum.
using System.Numerics;
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Numerics;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>Sums and norms against exact integers, within the bound that their condition allows.</summary>
internal sealed class SumBoundCheck() : Check("bounds.sums", ValidationLevel.Quick, 1)
{
    // Every finite float32 is a multiple of 2⁻¹⁴⁹, every product of two of 2⁻²⁹⁸.
    private const int ScaleOfSum = 149;
    private const int ScaleOfSquare = 298;

    public override CheckResult Run(CheckContext context)
    {
        long done = 0;
        double worst = 0;
        int most = context.Level == ValidationLevel.Quick ? 20_001 : 300_001;
        foreach (int length in (int[])[1, 100, 4097, most])
        {
            float[] x = Values(length, context.Seed);
            using DeviceBuffer<float> buffer = context.Device.Upload<float>(x);
            foreach (bool square in (bool[])[false, true])
            {
                double found = square ? context.Device.Reduce(buffer, new SquaredL2Norm()) : context.Device.Reduce(buffer, new Sum());
                double share = ShareOfBound(x, square, found);
                worst = Math.Max(worst, share);
                done += length;
                if (!(share <= 1))
                {
                    return context.Result(
                        this, Verdict.Fail,
                        $"{(square ? "Σx²" : "Σx")} of {length} values is {found:r}: {share:g3} times the error that its condition allows")
                        with
                    { WorkDone = done };
                }
            }
        }

        return context.Result(this, Verdict.Pass) with
        {
            WorkDone = done,
            MinWork = 2L * most,
            Figures = new Dictionary<string, double> { ["worst_share_of_bound"] = worst },
        };
    }

    /// <summary>|found − exact| over the largest error allowed; infinity for what is not finite.</summary>
    internal static double ShareOfBound(float[] x, bool square, double found)
    {
        if (!double.IsFinite(found))
        {
            return double.PositiveInfinity;
        }

        BigInteger exact = 0, absolute = 0;
        int scale = square ? ScaleOfSquare : ScaleOfSum;
        foreach (float v in x)
        {
            BigInteger term = Scaled(v, ScaleOfSum);
            term = square ? term * term : term;
            exact += term;
            absolute += BigInteger.Abs(term);
        }

        // Columns, four of a strand, halvings; and the same once more for the blocks.
        int chain = ReductionTree.Rows + 2 + 6;
        chain += x.Length > ReductionTree.Block ? chain : 0;
        BigInteger error = BigInteger.Abs(Scaled(found, 400) - (exact << (400 - scale)));
        BigInteger allowed = (absolute << (400 - scale)) * chain;

        // γ(k) is k·2⁻⁵³ up to a factor of 1 + 2⁻⁴⁷; twice that is still a bound that a wrong element breaks.
        return allowed.IsZero
            ? error.IsZero ? 0 : double.PositiveInfinity
            : Math.Exp(BigInteger.Log(error + BigInteger.One) - BigInteger.Log(allowed)) * Math.ScaleB(1, 52);
    }

    private static BigInteger Scaled(double value, int bits)
    {
        long raw = BitConverter.DoubleToInt64Bits(value);
        int biased = (int)((raw >> 52) & 0x7FF);
        long fraction = raw & 0xF_FFFF_FFFF_FFFF;
        BigInteger integer = biased == 0 ? fraction : fraction | (1L << 52);
        int shift = Math.Max(biased, 1) - 1075 + bits;
        integer = shift >= 0 ? integer << shift : integer >> -shift;
        return raw < 0 ? -integer : integer;
    }

    // Of both signs over forty binades: most of such a sum cancels.
    private static float[] Values(int length, ulong seed)
    {
        var random = new Random.SimulationRandom(new Random.SimulationSeed(seed), 1);
        var x = new float[length];
        for (int i = 0; i < length; i++)
        {
            x[i] = (float)Math.ScaleB(random.NextUniform() - 0.5, random.NextBelow(40) - 20);
        }

        return x;
    }
}
