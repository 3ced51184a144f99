// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>Exponential sums over masses on a grid; slopes are per grid step.</summary>
internal static class GridMoments
{
    /// <summary>ln Σ m_j·e^(slope·(j − offset)); −∞ where there is no mass.</summary>
    public static double LogSum(double[] masses, double slope, int offset)
    {
        double top = Top(masses, slope, offset);
        if (double.IsNegativeInfinity(top))
        {
            return top;
        }

        double sum = 0;
        for (int j = 0; j < masses.Length; j++)
        {
            sum += masses[j] > 0 ? masses[j] * Math.Exp((slope * (j - offset)) - top) : 0;
        }

        return top + Math.Log(sum);
    }

    /// <summary>The mean index under m_j·e^(slope·j).</summary>
    public static double Mean(double[] masses, double slope)
    {
        double top = Top(masses, slope, 0), sum = 0, weighted = 0;
        for (int j = 0; j < masses.Length; j++)
        {
            double term = masses[j] > 0 ? masses[j] * Math.Exp((slope * j) - top) : 0;
            sum += term;
            weighted += term * j;
        }

        return sum > 0 ? weighted / sum : 0;
    }

    /// <summary>Σ over i ≥ 0 of e^(−θih)·(1 − e^(−ih)).</summary>
    public static double PeakSum(double tilt, double step) =>
        tilt == 0 ? double.PositiveInfinity
        : -Math.Exp(-tilt * step) * SmallMath.ExpMinusOne(-step)
            / (SmallMath.ExpMinusOne(-tilt * step) * SmallMath.ExpMinusOne(-(tilt + 1) * step));

    /// <summary>About the largest exponent, mass included.</summary>
    private static double Top(double[] masses, double slope, int offset)
    {
        double top = double.NegativeInfinity;
        for (int j = 0; j < masses.Length; j++)
        {
            if (masses[j] > 0)
            {
                top = Math.Max(top, (slope * (j - offset)) + (Math.ILogB(masses[j]) * 0.69314718055994531));
            }
        }

        return top;
    }
}
