// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>The largest convex polygon, corners on the grid, under the points that tangents leave; as masses under P.</summary>
/// <param name="step">h.</param>
/// <remarks>In s = e^ε a curve with corners at s_j has the masses p_j = s_j·(slope after − slope before).</remarks>
internal sealed class ConvexHull(double step)
{
    private readonly double _up = SmallMath.ExpMinusOne(step);
    private readonly double _down = -SmallMath.ExpMinusOne(-step);

    /// <summary>The masses of the polygon.</summary>
    /// <param name="chords">Masses of the curve through the points of δ itself.</param>
    /// <param name="gapRight">How far the tangent of the bin to the right lies under δ at each grid point.</param>
    /// <param name="gapLeft">The same of the bin to the left.</param>
    public double[] Polygon(double[] chords, double[] gapRight, double[] gapLeft)
    {
        int length = chords.Length;
        double[] gap = new double[length];
        for (int j = 0; j < length; j++)
        {
            gap[j] = Math.Max(gapRight[j], gapLeft[j]);
        }

        int last = CutAtZero(chords, gap);
        double[] masses = new double[length];
        for (int j = 0; j <= last; j++)
        {
            double after = gap[j + 1] - gap[j];
            double before = j > 0 ? gap[j] - gap[j - 1] : gap[j];
            masses[j] = chords[j] - ((after / _up) - (before / _down));
        }

        RemoveDents(masses, last);
        return masses;
    }

    /// <summary>Where the top of the curve would fall below 0 it is held at 0; returns the last corner.</summary>
    private int CutAtZero(double[] chords, double[] gap)
    {
        double delta = 0, weighted = 0;
        bool negative = false;
        for (int j = chords.Length - 2; j >= 0; j--)
        {
            // δ at grid point j: masses above, each times 1 − e^−(distance).
            weighted = (weighted + chords[j + 1]) * (1 - _down);
            delta += weighted * _up;
            bool positive = delta > gap[j];
            if (positive && !negative)
            {
                return j + 1;
            }

            negative = gap[j] > delta;
            gap[j] = delta;
            if (positive)
            {
                return j;
            }
        }

        return 0;
    }

    /// <summary>A corner that points up has a negative mass: it is taken out, its mass shared by its neighbours as chords would.</summary>
    private void RemoveDents(double[] masses, int last)
    {
        int[] kept = new int[last + 1];
        int count = 0;
        for (int j = 0; j <= last; j++)
        {
            while (count > 0 && masses[kept[count - 1]] < 0)
            {
                int dent = kept[--count];
                double share = 0;
                if (count > 0)
                {
                    int left = kept[count - 1];
                    double wide = -SmallMath.ExpMinusOne(-(j - left) * step);
                    share = -SmallMath.ExpMinusOne(-(j - dent) * step) * Math.Exp(-(dent - left) * step) / wide;
                    masses[left] += masses[dent] * share;
                }

                masses[j] += masses[dent] * (1 - share);
                masses[dent] = 0;
            }

            kept[count++] = j;
        }

        masses[last] = Math.Max(0, masses[last]);
    }
}
