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

    /// <summary>The index of the largest m_j·e^(slope·j).</summary>
    public static int Mode(double[] masses, double slope)
    {
        int mode = 0;
        double greatest = double.NegativeInfinity;
        for (int j = 0; j < masses.Length; j++)
        {
            double term = masses[j] > 0 ? Math.Log(masses[j]) + (slope * j) : double.NegativeInfinity;
            if (term > greatest)
            {
                (greatest, mode) = (term, j);
            }
        }

        return mode;
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
