// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>The largest convex polygon, corners on the grid, under the points that tangents leave; as masses under P.</summary>
/// <param name="step">h.</param>
/// <remarks>In s = e^ε a curve with corners at s_j has the masses p_j = s_j·(slope after − slope before).</remarks>
internal sealed class ConvexHull(double step)
{
    private readonly double _up = SmallMath.ExpMinusOne(step);
    private readonly double _down = -SmallMath.ExpMinusOne(-step);

    /// <summary>The masses of the polygon; none where rounding leaves no polygon above 0.</summary>
    /// <param name="staying">Masses at each grid point, and of the bin to its right what a chord leaves there.</param>
    /// <param name="moved">Of the bin to the left, what a chord gives to the grid point.</param>
    /// <param name="gapRight">How far the tangent of the bin to the right lies under δ at each grid point; changed.</param>
    /// <param name="gapLeft">The same of the bin to the left; changed.</param>
    public double[] Polygon(double[] staying, double[] moved, double[] gapRight, double[] gapLeft)
    {
        int length = staying.Length;
        double[] curve = [.. staying];
        double delta = 0, weighted = 0;
        for (int j = length - 2; j >= 0; j--)
        {
            // δ at j + 1 is known. Where the tangent of the bin from j is below 0 there, its losses are rounded down to j.
            if (gapLeft[j + 1] > delta)
            {
                curve[j] += moved[j + 1];
                gapLeft[j + 1] = gapRight[j] = 0;
            }
            else
            {
                curve[j + 1] += moved[j + 1];
            }

            // δ at j: masses above, each times 1 − e^−(distance).
            weighted = (weighted + curve[j + 1]) * (1 - _down);
            delta += weighted * _up;
        }

        double[] gap = [.. gapRight.Zip(gapLeft, Math.Max)];
        int last = Array.FindLastIndex(curve, mass => mass > 0);
        double[] masses = new double[length];
        double size = 0;
        for (int j = 0; j <= last; j++)
        {
            double after = gap[j + 1] - gap[j];
            double before = j > 0 ? gap[j] - gap[j - 1] : gap[j];
            masses[j] = curve[j] - ((after / _up) - (before / _down));
            size = curve[j] + ((gap[j + 1] + gap[j]) / _up) + ((gap[j] + (j > 0 ? gap[j - 1] : 0)) / _down);
        }

        return last >= 0 && RemoveDents(masses, last, size) ? masses : new double[length];
    }

    /// <summary>A corner that points up has a negative mass: it is taken out, its mass shared by its neighbours as chords would.</summary>
    /// <returns>False if the end itself points up, by more than rounding of terms of the given size.</returns>
    private bool RemoveDents(double[] masses, int last, double size)
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
                size += j == last ? -masses[dent] : 0;
                masses[dent] = 0;
            }

            kept[count++] = j;
        }

        bool isConvex = masses[last] >= -1e-12 * size;
        masses[last] = Math.Max(0, masses[last]);
        return isConvex;
    }
}
